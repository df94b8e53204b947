-- summary: all figures of the Summary tab but predictions
-- city is "Seattle" and has purchased at least 2 times in last 12 months
WITH bought_in_window AS (
  SELECT
    unified_transactions.amperity_id AS amperity_id
  FROM c360.unified_transactions AS unified_transactions
  WHERE
    NOT unified_transactions.amperity_id IS NULL
    AND unified_transactions.purchase_line_count > 0
    AND unified_transactions.order_datetime >= CAST('2025-07-01 00:00:00' AS TIMESTAMP)
    AND unified_transactions.order_datetime < CAST('2026-07-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    unified_transactions.amperity_id
  HAVING
    COUNT(*) >= 2
), segment AS (
  SELECT
    customer_360.amperity_id AS amperity_id
  FROM c360.customer_360 AS customer_360
  WHERE
    LOWER(customer_360.city) = 'seattle'
    AND customer_360.amperity_id IN (
      SELECT
        bought_in_window.amperity_id
      FROM bought_in_window
    )
), past_year AS (
  SELECT
    transaction_attributes_extended.amperity_id AS amperity_id,
    transaction_attributes_extended.l12m_order_frequency AS orders,
    transaction_attributes_extended.l12m_order_revenue AS revenue,
    transaction_attributes_extended.l12m_total_items AS items
  FROM c360.transaction_attributes_extended AS transaction_attributes_extended
  WHERE
    transaction_attributes_extended.l12m_order_frequency > 0
)
SELECT
  COUNT(past_year.amperity_id) AS active_customers,
  COUNT(CASE WHEN (
    customer_attributes.contactable_address IS TRUE
  ) THEN 1 END) AS by_direct_mail,
  COUNT(CASE WHEN (
    customer_attributes.contactable_email IS TRUE
  ) THEN 1 END) AS by_email,
  COUNT(CASE WHEN (
    customer_attributes.contactable_paid_social IS TRUE
  ) THEN 1 END) AS by_paid_media,
  COUNT(CASE WHEN (
    customer_attributes.contactable_phone IS TRUE
  ) THEN 1 END) AS by_phone,
  COUNT(*) AS customers,
  COALESCE(CAST(SUM(past_year.items) AS DECIMAL(38, 4)), 0) AS items,
  COALESCE(CAST(SUM(past_year.orders) AS DECIMAL(38, 4)), 0) AS orders,
  COUNT(
    CASE
      WHEN (
        customer_attributes.contactable_email IS TRUE
        OR customer_attributes.contactable_phone IS TRUE
        OR customer_attributes.contactable_address IS TRUE
      )
      THEN 1
    END
  ) AS reachable_customers,
  COALESCE(CAST(SUM(past_year.revenue) AS DECIMAL(38, 4)), 0) AS revenue,
  COUNT(CASE WHEN (
    customer_attributes.contactable_address IS NULL
  ) THEN 1 END) AS unknown_direct_mail,
  COUNT(CASE WHEN (
    customer_attributes.contactable_email IS NULL
  ) THEN 1 END) AS unknown_email,
  COUNT(CASE WHEN (
    customer_attributes.contactable_paid_social IS NULL
  ) THEN 1 END) AS unknown_paid_media,
  COUNT(CASE WHEN (
    customer_attributes.contactable_phone IS NULL
  ) THEN 1 END) AS unknown_phone
FROM segment
LEFT OUTER JOIN c360.customer_attributes AS customer_attributes
  ON customer_attributes.amperity_id = segment.amperity_id
LEFT OUTER JOIN past_year
  ON past_year.amperity_id = segment.amperity_id
