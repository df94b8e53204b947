-- rfm at least 9-8-10
SELECT
  c360.merged_customers.amperity_id AS amperity_id
FROM c360.merged_customers
LEFT OUTER JOIN c360.transaction_attributes_extended
  ON c360.transaction_attributes_extended.amperity_id = c360.merged_customers.amperity_id
WHERE
  c360.transaction_attributes_extended.l12m_recency >= 9
  AND c360.transaction_attributes_extended.l12m_frequency >= 8
  AND c360.transaction_attributes_extended.l12m_monetary >= 10
