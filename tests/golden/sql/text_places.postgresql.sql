-- email contains any of ("gmail", "50%") and not (postal starts with "9")
SELECT
  c360.customer_360.amperity_id AS amperity_id
FROM c360.customer_360
WHERE
  (
    (
      POSITION('gmail' IN LOWER(c360.customer_360.email)) > 0
    )
    OR (
      POSITION('50%' IN LOWER(c360.customer_360.email)) > 0
    )
  )
  AND NOT COALESCE((
    POSITION('9' IN LOWER(c360.customer_360.postal)) = 1
  ), FALSE)
