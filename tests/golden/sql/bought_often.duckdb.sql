-- has purchased at least 3 times in last 90 days where (product_category in ("a", "b"))
WITH bought_in_window AS (
  SELECT
    c360.unified_itemized_transactions.amperity_id AS amperity_id
  FROM c360.unified_itemized_transactions
  WHERE
    NOT c360.unified_itemized_transactions.amperity_id IS NULL
    AND NOT COALESCE(c360.unified_itemized_transactions.is_return, FALSE)
    AND NOT COALESCE(c360.unified_itemized_transactions.is_cancellation, FALSE)
    AND LOWER(c360.unified_itemized_transactions.product_category) IN ('a', 'b')
    AND c360.unified_itemized_transactions.order_datetime >= '2026-04-02 00:00:00'
    AND c360.unified_itemized_transactions.order_datetime < '2026-07-01 00:00:00'
  GROUP BY
    c360.unified_itemized_transactions.amperity_id
  HAVING
    COUNT(DISTINCT c360.unified_itemized_transactions.order_id) >= 3
)
SELECT
  bought_in_window.amperity_id AS amperity_id
FROM bought_in_window
