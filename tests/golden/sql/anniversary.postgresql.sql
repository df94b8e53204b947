-- anniversary of birthdate in next 7 days
SELECT
  c360.customer_360.amperity_id AS amperity_id
FROM c360.customer_360
WHERE
  c360.customer_360.birthdate < '2026-07-07'
  AND EXTRACT(MONTH FROM c360.customer_360.birthdate) * 100 + EXTRACT(DAY FROM c360.customer_360.birthdate) BETWEEN 630 AND 706
