-- repeat purchase in last 1 month
WITH orders_in_sequence AS (
  SELECT
    orders.amperity_id AS amperity_id,
    orders.order_id AS order_id,
    orders.ordered_at AS ordered_at,
    ROW_NUMBER() OVER (PARTITION BY orders.amperity_id ORDER BY orders.ordered_at, orders.order_id) AS place
  FROM (
    SELECT
      c360.unified_transactions.amperity_id AS amperity_id,
      c360.unified_transactions.order_id AS order_id,
      c360.unified_transactions.order_datetime AS ordered_at
    FROM c360.unified_transactions
    WHERE
      NOT c360.unified_transactions.amperity_id IS NULL
      AND c360.unified_transactions.purchase_line_count > 0
  ) AS orders
), repeat_purchase AS (
  SELECT DISTINCT
    orders_in_sequence.amperity_id AS amperity_id
  FROM orders_in_sequence
  WHERE
    orders_in_sequence.ordered_at >= '2026-05-31 00:00:00'
    AND orders_in_sequence.ordered_at < '2026-07-01 00:00:00'
    AND orders_in_sequence.place > 1
)
SELECT
  repeat_purchase.amperity_id AS amperity_id
FROM repeat_purchase
