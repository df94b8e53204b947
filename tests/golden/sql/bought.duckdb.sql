-- has purchased
WITH bought AS (
  SELECT DISTINCT
    c360.unified_transactions.amperity_id AS amperity_id
  FROM c360.unified_transactions
  WHERE
    NOT c360.unified_transactions.amperity_id IS NULL
    AND c360.unified_transactions.purchase_line_count > 0
)
SELECT
  bought.amperity_id AS amperity_id
FROM bought
