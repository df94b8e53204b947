-- has purchased in last 90 days or (not has purchased and state is "IL")
WITH bought_in_window AS (
  SELECT DISTINCT
    c360.unified_transactions.amperity_id AS amperity_id
  FROM c360.unified_transactions
  WHERE
    c360.unified_transactions.amperity_id IS NOT NULL
    AND c360.unified_transactions.purchase_line_count > 0
    AND c360.unified_transactions.order_datetime >= '2026-04-02 00:00:00'
    AND c360.unified_transactions.order_datetime < '2026-07-01 00:00:00'
), bought AS (
  SELECT DISTINCT
    c360.unified_transactions.amperity_id AS amperity_id
  FROM c360.unified_transactions
  WHERE
    c360.unified_transactions.amperity_id IS NOT NULL
    AND c360.unified_transactions.purchase_line_count > 0
)
SELECT
  c360.customer_360.amperity_id AS amperity_id
FROM c360.customer_360
WHERE
  c360.customer_360.amperity_id IN (
    SELECT
      bought_in_window.amperity_id
    FROM bought_in_window
  )
  OR (
    NOT c360.customer_360.amperity_id IN (
      SELECT
        bought.amperity_id
      FROM bought
    )
  )
  AND LOWER(c360.customer_360.state) = 'il'
