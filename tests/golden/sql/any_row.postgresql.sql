-- any row in unified_loyalty where (is_opted_in is true and current_tier is "VIP")
WITH with_row_in_unified_loyalty AS (
  SELECT DISTINCT
    c360.unified_loyalty.amperity_id AS amperity_id
  FROM c360.unified_loyalty
  WHERE
    c360.unified_loyalty.amperity_id IS NOT NULL
    AND c360.unified_loyalty.is_opted_in = TRUE
    AND LOWER(c360.unified_loyalty.current_tier) = 'vip'
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
