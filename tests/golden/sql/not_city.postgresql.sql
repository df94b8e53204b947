-- not (city is "Chicago")
SELECT
  c360.customer_360.amperity_id AS amperity_id
FROM c360.customer_360
WHERE
  NOT COALESCE(LOWER(c360.customer_360.city) = 'chicago', FALSE)
