-- file.ratings.score >= 4 or file.survey_2026.stars >= 4
WITH with_row_in_file_survey_2026 AS (
  SELECT DISTINCT
    c360."file.survey_2026".amperity_id AS amperity_id
  FROM c360."file.survey_2026"
  WHERE
    c360."file.survey_2026".amperity_id IS NOT NULL
    AND c360."file.survey_2026".stars >= 4
)
SELECT
  c360.merged_customers.amperity_id AS amperity_id
FROM c360.merged_customers
LEFT OUTER JOIN c360."file.ratings"
  ON c360."file.ratings".amperity_id = c360.merged_customers.amperity_id
WHERE
  c360."file.ratings".score >= 4
  OR c360.merged_customers.amperity_id IN (
    SELECT
      with_row_in_file_survey_2026.amperity_id
    FROM with_row_in_file_survey_2026
  )
