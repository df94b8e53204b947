-- first_order_datetime between 2024-11-01 and 2024-12-31 or birthdate in next 7 days
SELECT
  c360.customer_360.amperity_id AS amperity_id
FROM c360.customer_360
LEFT OUTER JOIN c360.transaction_attributes_extended
  ON c360.transaction_attributes_extended.amperity_id = c360.customer_360.amperity_id
WHERE
  c360.transaction_attributes_extended.first_order_datetime >= '2024-11-01 00:00:00'
  AND c360.transaction_attributes_extended.first_order_datetime < '2025-01-01 00:00:00'
  OR c360.customer_360.birthdate >= '2026-06-30'
  AND c360.customer_360.birthdate < '2026-07-07'
