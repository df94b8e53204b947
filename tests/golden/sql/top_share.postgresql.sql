-- l12m_order_revenue in top 20% among (state is "WA")
WITH top_by_l12m_order_revenue AS (
  SELECT
    ranked.amperity_id AS amperity_id
  FROM (
    SELECT
      in_scope.amperity_id AS amperity_id,
      RANK() OVER (ORDER BY in_scope.value DESC) AS place,
      COUNT(*) OVER () AS customers
    FROM (
      SELECT
        c360.customer_360.amperity_id AS amperity_id,
        c360.transaction_attributes_extended.l12m_order_revenue AS value
      FROM c360.customer_360
      LEFT OUTER JOIN c360.transaction_attributes_extended
        ON c360.transaction_attributes_extended.amperity_id = c360.customer_360.amperity_id
      WHERE
        c360.transaction_attributes_extended.l12m_order_revenue IS NOT NULL
        AND LOWER(c360.customer_360.state) = 'wa'
    ) AS in_scope
  ) AS ranked
  WHERE
    (
      ranked.place - 1
    ) * 100 < ranked.customers * 20
)
SELECT
  top_by_l12m_order_revenue.amperity_id AS amperity_id
FROM top_by_l12m_order_revenue
