-- city is empty or state is not empty
SELECT
  c360.customer_360.amperity_id AS amperity_id
FROM c360.customer_360
WHERE
  c360.customer_360.city IS NULL
  OR c360.customer_360.city = ''
  OR NOT (
    c360.customer_360.state IS NULL OR c360.customer_360.state = ''
  )
