-- state in ("CA", "OR") and l12m_frequency not in (1, 2)
SELECT
  c360.customer_360.amperity_id AS amperity_id
FROM c360.customer_360
LEFT OUTER JOIN c360.transaction_attributes_extended
  ON c360.transaction_attributes_extended.amperity_id = c360.customer_360.amperity_id
WHERE
  LOWER(c360.customer_360.state) IN ('ca', 'or')
  AND (
    NOT c360.transaction_attributes_extended.l12m_frequency IN (1, 2)
  )
