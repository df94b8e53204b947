-- has purchased
WITH bought AS (
  SELECT DISTINCT
    c360.unified_itemized_transactions.amperity_id AS amperity_id
  FROM c360.unified_itemized_transactions
  WHERE
    c360.unified_itemized_transactions.amperity_id IS NOT NULL
    AND NOT COALESCE(c360.unified_itemized_transactions.is_return, FALSE)
    AND NOT COALESCE(c360.unified_itemized_transactions.is_cancellation, FALSE)
)
SELECT
  c360.merged_customers.amperity_id AS amperity_id
FROM c360.merged_customers
WHERE
  c360.merged_customers.amperity_id IN (
    SELECT
      bought.amperity_id
    FROM bought
  )
