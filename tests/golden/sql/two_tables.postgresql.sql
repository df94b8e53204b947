-- city is "Chicago" and lifetime_order_revenue >= $100
SELECT
  c360.customer_360.amperity_id AS amperity_id
FROM c360.customer_360
LEFT OUTER JOIN c360.transaction_attributes_extended
  ON c360.transaction_attributes_extended.amperity_id = c360.customer_360.amperity_id
WHERE
  LOWER(c360.customer_360.city) = 'chicago'
  AND c360.transaction_attributes_extended.lifetime_order_revenue >= 100
