-- has purchased at least 3 times in last 90 days where (purchase_channel is "web")
WITH bought_in_window AS (
  SELECT
    c360.unified_transactions.amperity_id AS amperity_id
  FROM c360.unified_transactions
  WHERE
    NOT c360.unified_transactions.amperity_id IS NULL
    AND c360.unified_transactions.purchase_line_count > 0
    AND LOWER(c360.unified_transactions.purchase_channel) = 'web'
    AND c360.unified_transactions.order_datetime >= '2026-04-02 00:00:00'
    AND c360.unified_transactions.order_datetime < '2026-07-01 00:00:00'
  GROUP BY
    c360.unified_transactions.amperity_id
  HAVING
    COUNT(*) >= 3
)
SELECT
  bought_in_window.amperity_id AS amperity_id
FROM bought_in_window
