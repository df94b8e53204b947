-- only purchased in previous month
WITH bought_in_window AS (
  SELECT DISTINCT
    c360.unified_transactions.amperity_id AS amperity_id
  FROM c360.unified_transactions
  WHERE
    c360.unified_transactions.amperity_id IS NOT NULL
    AND c360.unified_transactions.purchase_line_count > 0
    AND c360.unified_transactions.order_datetime >= '2026-05-01 00:00:00'
    AND c360.unified_transactions.order_datetime < '2026-06-01 00:00:00'
), bought_in_window_2 AS (
  SELECT DISTINCT
    c360.unified_transactions.amperity_id AS amperity_id
  FROM c360.unified_transactions
  WHERE
    c360.unified_transactions.amperity_id IS NOT NULL
    AND c360.unified_transactions.purchase_line_count > 0
    AND (
      c360.unified_transactions.order_datetime < '2026-05-01 00:00:00'
      OR c360.unified_transactions.order_datetime >= '2026-06-01 00:00:00'
    )
)
SELECT
  bought_in_window.amperity_id AS amperity_id
FROM bought_in_window
WHERE
  (
    NOT bought_in_window.amperity_id IN (
      SELECT
        bought_in_window_2.amperity_id
      FROM bought_in_window_2
    )
  )
