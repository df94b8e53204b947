-- age of birthdate >= 40 and days since latest_order_datetime <= 30
SELECT
  c360.customer_360.amperity_id AS amperity_id
FROM c360.customer_360
LEFT OUTER JOIN c360.transaction_attributes_extended
  ON c360.transaction_attributes_extended.amperity_id = c360.customer_360.amperity_id
WHERE
  c360.customer_360.birthdate < '1986-07-01'
  AND c360.transaction_attributes_extended.latest_order_datetime >= '2026-05-31 00:00:00'
