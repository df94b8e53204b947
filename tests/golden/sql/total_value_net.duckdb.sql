-- total value of orders >= $500 net of returns
WITH returned_revenue AS (
  SELECT
    c360.unified_itemized_transactions.amperity_id AS amperity_id,
    c360.unified_itemized_transactions.order_id AS order_id,
    c360.unified_itemized_transactions.product_id AS product_id,
    SUM(ABS(c360.unified_itemized_transactions.item_revenue)) AS total
  FROM c360.unified_itemized_transactions
  WHERE
    NOT c360.unified_itemized_transactions.amperity_id IS NULL
    AND (
      c360.unified_itemized_transactions.is_return = TRUE
      OR c360.unified_itemized_transactions.is_cancellation = TRUE
    )
  GROUP BY
    c360.unified_itemized_transactions.amperity_id,
    c360.unified_itemized_transactions.order_id,
    c360.unified_itemized_transactions.product_id
), total_value AS (
  SELECT
    bought_goods.amperity_id AS amperity_id
  FROM (
    SELECT
      c360.unified_itemized_transactions.amperity_id AS amperity_id,
      c360.unified_itemized_transactions.order_id AS order_id,
      c360.unified_itemized_transactions.product_id AS product_id,
      SUM(c360.unified_itemized_transactions.item_revenue) AS revenue
    FROM c360.unified_itemized_transactions
    WHERE
      NOT c360.unified_itemized_transactions.amperity_id IS NULL
      AND NOT COALESCE(c360.unified_itemized_transactions.is_return, FALSE)
      AND NOT COALESCE(c360.unified_itemized_transactions.is_cancellation, FALSE)
    GROUP BY
      c360.unified_itemized_transactions.amperity_id,
      c360.unified_itemized_transactions.order_id,
      c360.unified_itemized_transactions.product_id
  ) AS bought_goods
  LEFT OUTER JOIN returned_revenue
    ON returned_revenue.amperity_id = bought_goods.amperity_id
    AND returned_revenue.order_id = bought_goods.order_id
    AND returned_revenue.product_id = bought_goods.product_id
  GROUP BY
    bought_goods.amperity_id
  HAVING
    COALESCE(
      CAST(SUM(COALESCE(bought_goods.revenue, 0) - COALESCE(returned_revenue.total, 0)) AS DECIMAL(38, 4)),
      0
    ) >= 500
)
SELECT
  total_value.amperity_id AS amperity_id
FROM total_value
