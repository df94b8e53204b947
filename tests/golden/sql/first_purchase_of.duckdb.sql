-- first purchase of (product_category is "socks") in last 90 days
WITH first_purchase AS (
  SELECT
    c360.unified_itemized_transactions.amperity_id AS amperity_id
  FROM c360.unified_itemized_transactions
  WHERE
    NOT c360.unified_itemized_transactions.amperity_id IS NULL
    AND NOT COALESCE(c360.unified_itemized_transactions.is_return, FALSE)
    AND NOT COALESCE(c360.unified_itemized_transactions.is_cancellation, FALSE)
    AND LOWER(c360.unified_itemized_transactions.product_category) = 'socks'
  GROUP BY
    c360.unified_itemized_transactions.amperity_id
  HAVING
    MIN(c360.unified_itemized_transactions.order_datetime) >= '2026-04-02 00:00:00'
    AND MIN(c360.unified_itemized_transactions.order_datetime) < '2026-07-01 00:00:00'
)
SELECT
  first_purchase.amperity_id AS amperity_id
FROM first_purchase
