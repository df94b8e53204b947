-- count of unified_loyalty where (current_balance > 5) < 3
WITH by_rows_of_unified_loyalty AS (
  SELECT
    c360.unified_loyalty.amperity_id AS amperity_id
  FROM c360.unified_loyalty
  WHERE
    c360.unified_loyalty.amperity_id IS NOT NULL
    AND c360.unified_loyalty.current_balance > 5
  GROUP BY
    c360.unified_loyalty.amperity_id
  HAVING
    COUNT(*) >= 3
)
SELECT
  c360.merged_customers.amperity_id AS amperity_id
FROM c360.merged_customers
WHERE
  (
    NOT c360.merged_customers.amperity_id IN (
      SELECT
        by_rows_of_unified_loyalty.amperity_id
      FROM by_rows_of_unified_loyalty
    )
  )
