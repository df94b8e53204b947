-- member of segment "West" and not member of segment "West"
WITH segment_west AS (
  SELECT
    c360.customer_360.amperity_id AS amperity_id
  FROM c360.customer_360
  WHERE
    LOWER(c360.customer_360.state) IN ('ca', 'or', 'wa')
)
SELECT
  segment_west.amperity_id AS amperity_id
FROM segment_west
WHERE
  (
    NOT segment_west.amperity_id IN (
      SELECT
        segment_west.amperity_id
      FROM segment_west
    )
  )
