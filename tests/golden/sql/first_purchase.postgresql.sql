-- first purchase in last 1 year where (product_category is "socks")
WITH orders_in_sequence AS (
  SELECT
    orders.amperity_id AS amperity_id,
    orders.order_id AS order_id,
    orders.ordered_at AS ordered_at,
    ROW_NUMBER() OVER (
      PARTITION BY orders.amperity_id
      ORDER BY orders.ordered_at, orders.order_id COLLATE "C"
    ) AS place
  FROM (
    SELECT
      c360.unified_transactions.amperity_id AS amperity_id,
      c360.unified_transactions.order_id AS order_id,
      c360.unified_transactions.order_datetime AS ordered_at
    FROM c360.unified_transactions
    WHERE
      c360.unified_transactions.amperity_id IS NOT NULL
      AND c360.unified_transactions.purchase_line_count > 0
  ) AS orders
), first_purchase AS (
  SELECT DISTINCT
    c360.unified_itemized_transactions.amperity_id AS amperity_id
  FROM c360.unified_itemized_transactions
  JOIN orders_in_sequence
    ON orders_in_sequence.amperity_id = c360.unified_itemized_transactions.amperity_id
    AND orders_in_sequence.order_id = c360.unified_itemized_transactions.order_id
  WHERE
    c360.unified_itemized_transactions.amperity_id IS NOT NULL
    AND NOT COALESCE(c360.unified_itemized_transactions.is_return, FALSE)
    AND NOT COALESCE(c360.unified_itemized_transactions.is_cancellation, FALSE)
    AND LOWER(c360.unified_itemized_transactions.product_category) = 'socks'
    AND orders_in_sequence.place = 1
    AND orders_in_sequence.ordered_at >= '2025-07-01 00:00:00'
    AND orders_in_sequence.ordered_at < '2026-07-01 00:00:00'
)
SELECT
  first_purchase.amperity_id AS amperity_id
FROM first_purchase
