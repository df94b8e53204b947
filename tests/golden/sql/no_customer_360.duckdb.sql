-- lifetime_order_frequency > 3 and contactable_email is true
SELECT
  c360.merged_customers.amperity_id AS amperity_id
FROM c360.merged_customers
LEFT OUTER JOIN c360.transaction_attributes_extended
  ON c360.transaction_attributes_extended.amperity_id = c360.merged_customers.amperity_id
LEFT OUTER JOIN c360.customer_attributes
  ON c360.customer_attributes.amperity_id = c360.merged_customers.amperity_id
WHERE
  c360.transaction_attributes_extended.lifetime_order_frequency > 3
  AND c360.customer_attributes.contactable_email = TRUE
