-- l12m_order_revenue < 0.5 * ly12m_order_revenue
SELECT
  c360.merged_customers.amperity_id AS amperity_id
FROM c360.merged_customers
LEFT OUTER JOIN c360.transaction_attributes_extended
  ON c360.transaction_attributes_extended.amperity_id = c360.merged_customers.amperity_id
WHERE
  c360.transaction_attributes_extended.l12m_order_revenue < 0.5 * CAST(c360.transaction_attributes_extended.ly12m_order_revenue AS DECIMAL(38, 4))
