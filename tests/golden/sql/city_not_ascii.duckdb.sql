-- city is "São Paulo"
SELECT
  c360.customer_360.amperity_id AS amperity_id
FROM c360.customer_360
WHERE
  LOWER(c360.customer_360.city) = LOWER('São Paulo')
