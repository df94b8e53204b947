-- total value of orders >= $500 in last 1 year
WITH total_value AS (
  SELECT
    c360.unified_itemized_transactions.amperity_id AS amperity_id
  FROM c360.unified_itemized_transactions
  WHERE
    NOT c360.unified_itemized_transactions.amperity_id IS NULL
    AND NOT COALESCE(c360.unified_itemized_transactions.is_return, FALSE)
    AND NOT COALESCE(c360.unified_itemized_transactions.is_cancellation, FALSE)
    AND c360.unified_itemized_transactions.order_datetime >= '2025-07-01 00:00:00'
    AND c360.unified_itemized_transactions.order_datetime < '2026-07-01 00:00:00'
  GROUP BY
    c360.unified_itemized_transactions.amperity_id
  HAVING
    COALESCE(CAST(SUM(c360.unified_itemized_transactions.item_revenue) AS DECIMAL(38, 4)), 0) >= 500
)
SELECT
  total_value.amperity_id AS amperity_id
FROM total_value
