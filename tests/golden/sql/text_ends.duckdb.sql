-- email does not end with ".com" and city matches case "Rome"
SELECT
  c360.customer_360.amperity_id AS amperity_id
FROM c360.customer_360
WHERE
  NOT (
    RIGHT(LOWER(c360.customer_360.email), LENGTH('.com')) = '.com'
  )
  AND c360.customer_360.city = 'Rome'
