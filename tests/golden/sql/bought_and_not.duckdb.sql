-- has purchased at least 2 times in last 24 months and has not purchased in last 90 days
WITH bought_in_window AS (
  SELECT
    c360.unified_transactions.amperity_id AS amperity_id
  FROM c360.unified_transactions
  WHERE
    NOT c360.unified_transactions.amperity_id IS NULL
    AND c360.unified_transactions.purchase_line_count > 0
    AND c360.unified_transactions.order_datetime >= '2024-07-01 00:00:00'
    AND c360.unified_transactions.order_datetime < '2026-07-01 00:00:00'
  GROUP BY
    c360.unified_transactions.amperity_id
  HAVING
    COUNT(*) >= 2
    AND COUNT(
      CASE
        WHEN (
          c360.unified_transactions.order_datetime >= '2026-04-02 00:00:00'
          AND c360.unified_transactions.order_datetime < '2026-07-01 00:00:00'
        )
        THEN 1
      END
    ) < 1
)
SELECT
  bought_in_window.amperity_id AS amperity_id
FROM bought_in_window
