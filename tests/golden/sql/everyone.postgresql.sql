-- everyone
SELECT
  c360.merged_customers.amperity_id AS amperity_id
FROM c360.merged_customers
