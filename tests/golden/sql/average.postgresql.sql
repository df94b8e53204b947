-- avg of current_balance >= 2.5
WITH by_rows_of_unified_loyalty AS (
  SELECT
    c360.unified_loyalty.amperity_id AS amperity_id
  FROM c360.unified_loyalty
  WHERE
    c360.unified_loyalty.amperity_id IS NOT NULL
  GROUP BY
    c360.unified_loyalty.amperity_id
  HAVING
    SUM(c360.unified_loyalty.current_balance) >= 2.5 * COUNT(c360.unified_loyalty.current_balance)
)
SELECT
  c360.merged_customers.amperity_id AS amperity_id
FROM c360.merged_customers
WHERE
  c360.merged_customers.amperity_id IN (
    SELECT
      by_rows_of_unified_loyalty.amperity_id
    FROM by_rows_of_unified_loyalty
  )
