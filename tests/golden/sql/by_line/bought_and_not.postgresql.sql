-- has purchased at least 2 times in last 24 months and has not purchased in last 90 days
WITH bought_in_window AS (
  SELECT
    c360.unified_itemized_transactions.amperity_id AS amperity_id
  FROM c360.unified_itemized_transactions
  WHERE
    c360.unified_itemized_transactions.amperity_id IS NOT NULL
    AND NOT COALESCE(c360.unified_itemized_transactions.is_return, FALSE)
    AND NOT COALESCE(c360.unified_itemized_transactions.is_cancellation, FALSE)
    AND c360.unified_itemized_transactions.order_datetime >= '2024-07-01 00:00:00'
    AND c360.unified_itemized_transactions.order_datetime < '2026-07-01 00:00:00'
  GROUP BY
    c360.unified_itemized_transactions.amperity_id
  HAVING
    MIN(c360.unified_itemized_transactions.order_id) <> MAX(c360.unified_itemized_transactions.order_id)
    AND COUNT(
      CASE
        WHEN (
          c360.unified_itemized_transactions.order_datetime >= '2026-04-02 00:00:00'
          AND c360.unified_itemized_transactions.order_datetime < '2026-07-01 00:00:00'
        )
        THEN 1
      END
    ) < 1
)
SELECT
  c360.merged_customers.amperity_id AS amperity_id
FROM c360.merged_customers
WHERE
  c360.merged_customers.amperity_id IN (
    SELECT
      bought_in_window.amperity_id
    FROM bought_in_window
  )
