-- has purchased in last 1 year net of returns
WITH returned_units AS (
  SELECT
    c360.unified_itemized_transactions.amperity_id AS amperity_id,
    c360.unified_itemized_transactions.order_id AS order_id,
    c360.unified_itemized_transactions.product_id AS product_id,
    SUM(ABS(c360.unified_itemized_transactions.item_quantity)) AS total
  FROM c360.unified_itemized_transactions
  WHERE
    NOT c360.unified_itemized_transactions.amperity_id IS NULL
    AND (
      c360.unified_itemized_transactions.is_return = TRUE
      OR c360.unified_itemized_transactions.is_cancellation = TRUE
    )
  GROUP BY
    c360.unified_itemized_transactions.amperity_id,
    c360.unified_itemized_transactions.order_id,
    c360.unified_itemized_transactions.product_id
), bought_in_window AS (
  SELECT DISTINCT
    c360.unified_itemized_transactions.amperity_id AS amperity_id
  FROM c360.unified_itemized_transactions
  LEFT OUTER JOIN returned_units
    ON returned_units.amperity_id = c360.unified_itemized_transactions.amperity_id
    AND returned_units.order_id = c360.unified_itemized_transactions.order_id
    AND returned_units.product_id = c360.unified_itemized_transactions.product_id
  WHERE
    NOT c360.unified_itemized_transactions.amperity_id IS NULL
    AND NOT COALESCE(c360.unified_itemized_transactions.is_return, FALSE)
    AND NOT COALESCE(c360.unified_itemized_transactions.is_cancellation, FALSE)
    AND NOT COALESCE(
      c360.unified_itemized_transactions.item_quantity > 0
      AND c360.unified_itemized_transactions.item_quantity <= returned_units.total,
      FALSE
    )
    AND c360.unified_itemized_transactions.order_datetime >= '2025-07-01 00:00:00'
    AND c360.unified_itemized_transactions.order_datetime < '2026-07-01 00:00:00'
)
SELECT
  bought_in_window.amperity_id AS amperity_id
FROM bought_in_window
