-- email contains any of ("gmail", "50%") and not (postal starts with "9")
SELECT
  c360.customer_360.amperity_id AS amperity_id
FROM c360.customer_360
WHERE
  (
    (
      STRPOS(LOWER(c360.customer_360.email), 'gmail') > 0
    )
    OR (
      STRPOS(LOWER(c360.customer_360.email), '50%') > 0
    )
  )
  AND NOT COALESCE((
    STRPOS(LOWER(c360.customer_360.postal), '9') = 1
  ), FALSE)
