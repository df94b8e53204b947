-- repeat purchase in last 1 month
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
      c360.unified_itemized_transactions.amperity_id AS amperity_id,
      c360.unified_itemized_transactions.order_id AS order_id,
      MIN(c360.unified_itemized_transactions.order_datetime) AS ordered_at
    FROM c360.unified_itemized_transactions
    WHERE
      c360.unified_itemized_transactions.amperity_id IS NOT NULL
      AND NOT COALESCE(c360.unified_itemized_transactions.is_return, FALSE)
      AND NOT COALESCE(c360.unified_itemized_transactions.is_cancellation, FALSE)
    GROUP BY
      c360.unified_itemized_transactions.amperity_id,
      c360.unified_itemized_transactions.order_id
  ) AS orders
), repeat_purchase AS (
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
    AND c360.unified_itemized_transactions.order_datetime >= '2026-05-31 00:00:00'
    AND c360.unified_itemized_transactions.order_datetime < '2026-07-01 00:00:00'
    AND orders_in_sequence.place > 1
)
SELECT
  c360.merged_customers.amperity_id AS amperity_id
FROM c360.merged_customers
WHERE
  c360.merged_customers.amperity_id IN (
    SELECT
      repeat_purchase.amperity_id
    FROM repeat_purchase
  )
