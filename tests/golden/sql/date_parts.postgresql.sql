-- month of birthdate is 5 and weekday of birthdate in (6, 7)
SELECT
  c360.customer_360.amperity_id AS amperity_id
FROM c360.customer_360
WHERE
  EXTRACT(MONTH FROM c360.customer_360.birthdate) = 5
  AND EXTRACT(ISODOW FROM c360.customer_360.birthdate) IN (6, 7)
