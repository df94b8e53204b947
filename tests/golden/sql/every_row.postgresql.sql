-- every row in unified_loyalty where (is_opted_in is true)
WITH with_row_in_unified_loyalty AS (
  SELECT DISTINCT
    c360.unified_loyalty.amperity_id AS amperity_id
  FROM c360.unified_loyalty
  WHERE
    c360.unified_loyalty.amperity_id IS NOT NULL
    AND c360.unified_loyalty.is_opted_in = TRUE
), with_row_in_unified_loyalty_2 AS (
  SELECT DISTINCT
    c360.unified_loyalty.amperity_id AS amperity_id
  FROM c360.unified_loyalty
  WHERE
    c360.unified_loyalty.amperity_id IS NOT NULL
    AND NOT COALESCE(c360.unified_loyalty.is_opted_in = TRUE, FALSE)
)
SELECT
  c360.merged_customers.amperity_id AS amperity_id
FROM c360.merged_customers
WHERE
  c360.merged_customers.amperity_id IN (
    SELECT
      with_row_in_unified_loyalty.amperity_id
    FROM with_row_in_unified_loyalty
  )
  AND (
    NOT c360.merged_customers.amperity_id IN (
      SELECT
        with_row_in_unified_loyalty_2.amperity_id
      FROM with_row_in_unified_loyalty_2
    )
  )
