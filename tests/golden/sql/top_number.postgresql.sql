-- bottom 500 by l12m_order_revenue
WITH bottom_by_l12m_order_revenue AS (
  SELECT
    ranked.amperity_id AS amperity_id
  FROM (
    SELECT
      in_scope.amperity_id AS amperity_id,
      ROW_NUMBER() OVER (ORDER BY in_scope.value ASC, in_scope.amperity_id) AS place
    FROM (
      SELECT
        c360.merged_customers.amperity_id AS amperity_id,
        c360.transaction_attributes_extended.l12m_order_revenue AS value
      FROM c360.merged_customers
      LEFT OUTER JOIN c360.transaction_attributes_extended
        ON c360.transaction_attributes_extended.amperity_id = c360.merged_customers.amperity_id
      WHERE
        c360.transaction_attributes_extended.l12m_order_revenue IS NOT NULL
    ) AS in_scope
  ) AS ranked
  WHERE
    ranked.place <= 500
)
SELECT
  bottom_by_l12m_order_revenue.amperity_id AS amperity_id
FROM bottom_by_l12m_order_revenue
