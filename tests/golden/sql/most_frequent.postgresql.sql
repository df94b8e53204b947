-- most frequent order in last 30 days where (product_category is "tacos" and store_id is "7" and purchase_channel is "web")
WITH most_frequent_order AS (
  SELECT DISTINCT
    ranked.amperity_id AS amperity_id
  FROM (
    SELECT
      counted.amperity_id AS amperity_id,
      counted.orders AS orders,
      counted.passes AS passes,
      RANK() OVER (PARTITION BY counted.amperity_id ORDER BY counted.orders DESC) AS place
    FROM (
      SELECT
        c360.unified_itemized_transactions.amperity_id AS amperity_id,
        COUNT(DISTINCT c360.unified_itemized_transactions.order_id) AS orders,
        LOWER(c360.unified_itemized_transactions.product_category) = 'tacos'
        AND LOWER(c360.unified_itemized_transactions.store_id) = '7' AS passes
      FROM c360.unified_itemized_transactions
      WHERE
        c360.unified_itemized_transactions.amperity_id IS NOT NULL
        AND NOT COALESCE(c360.unified_itemized_transactions.is_return, FALSE)
        AND NOT COALESCE(c360.unified_itemized_transactions.is_cancellation, FALSE)
        AND LOWER(c360.unified_itemized_transactions.purchase_channel) = 'web'
        AND c360.unified_itemized_transactions.order_datetime >= '2026-06-01 00:00:00'
        AND c360.unified_itemized_transactions.order_datetime < '2026-07-01 00:00:00'
        AND c360.unified_itemized_transactions.product_category IS NOT NULL
        AND c360.unified_itemized_transactions.store_id IS NOT NULL
      GROUP BY
        c360.unified_itemized_transactions.amperity_id,
        c360.unified_itemized_transactions.product_category,
        c360.unified_itemized_transactions.store_id
    ) AS counted
  ) AS ranked
  WHERE
    ranked.place = 1 AND ranked.passes
)
SELECT
  most_frequent_order.amperity_id AS amperity_id
FROM most_frequent_order
