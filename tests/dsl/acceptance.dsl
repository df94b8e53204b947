everyone
city is "Chicago"
city is "Chicago" and state is "IL"
city is "Chicago" or state is "IL"
include state is "IL" exclude city is "Chicago"
(city is "Seattle" and state is "WA") or (city is "Portland" and state is "OR")
city is "Chicago" and state is "IL" and lifetime_order_frequency >= 5 and lifetime_order_revenue >= $100
unified_loyalty.is_opted_in is true and state in ("CA", "OR", "WA") and (lifetime_average_order_value > $225 or lifetime_average_num_items >= 4)
include city is "Seattle" and state is "WA" exclude first_order_purchase_channel is "online" and one_and_done is true
state is "IL" and one_and_done is true and first_order_purchase_channel is "store" and has purchased in last 10 years net of returns
include first purchase after 1 year ago and most frequent order in last 1 year where (product_category is "socks") exclude one_and_done is true or lifetime_average_order_value < $50
include has purchased in previous year exclude member of segment "Chicago, IL"
(city is "Minneapolis" and state is "MN") or member of segment "Seattle and Portland"
most frequent order where (product_category is "socks" and product_description contains "blue") and member of segment "West coast loyal"
email contains "gmail.com"
(email is not empty or phone is not empty) and (is_opted_into_email is true or is_opted_into_sms is true)
predicted_customer_lifecycle_status in ("Active", "Cooling down", "At risk") and has purchased exactly 1 time in last 3 months where (product_category is "socks")
first_order_datetime after today - 1 month and any row in sms_opt_status where (is_sms_opted_in is true and brand is "ACME")
latest_order_datetime on or after today - 1 year and latest_order_purchase_channel is "store" and l12m_order_frequency >= 5
lifetime_order_revenue > 500 and multi_purchase_channel is true
first_order_datetime between today - 3 months and today and predicted_customer_lifetime_value_tier in ("Platinum", "Gold", "Silver")
latest_order_datetime before today - 1 year or predicted_customer_lifecycle_status in ("At risk", "Highly at risk", "Lost")
l12m_order_revenue in top 20%
rfm at least 9-8-10 or (l12m_frequency >= 8 and l12m_recency <= 3)
first_order_datetime after now - 30 days and first_order_purchase_channel is "web"
latest_order_datetime before today - 2 years
early_repeat_purchaser is null and one_and_done is true and days since first_order_datetime <= 84
has purchased between 2025-11-01 and 2025-12-31 and is_opted_into_sms is true
one_and_done is true and days since latest_order_datetime between 8 and 14
predicted_customer_lifetime_value_tier in ("Platinum", "Gold", "Silver") and contactable_email is true
has purchased at least 1 time on yesterday
l12m_monetary in (1, 2) or historical_purchaser_lifecycle_status is "Dormant" or predicted_customer_lifecycle_status is "Lost"
contactable_phone is true and postal in ("98101", "98102", "97201")
contactable_email is true and days_since_latest_order >= 730
has not purchased in last 6 months where (product_category is "t-shirt" and product_gender is "M")
has purchased at least 3 times in last 2 years where (product_material in ("wool", "cotton") and product_category is "socks" and purchase_channel is "online")
total value of orders >= $500 in last 1 year where (product_category is "shoes")
repeat purchase in last 3 years where (product_category is "game" and product_subcategory in ("base", "expansion", "pack") and purchase_brand is "Fearless Creatures")
only purchased between 2026-08-24 and 2026-09-06 where (product_category is "school supplies")
predicted_customer_lifecycle_status is "At risk" and has not purchased in last 60 days and no row in campaign_recipients where (campaign_name is "At risk 1" and launch_datetime in last 30 days)
has not purchased in last 90 days and lifetime_average_order_value > $200 and any row in unified_loyalty where (is_opted_in is true) and predicted_customer_lifecycle_status is "Cooling down"
anniversary of birthdate in next 7 days and any row in unified_loyalty where (current_tier is "VIP")
any row in unified_loyalty where (is_opted_in is true and current_tier_expiration_datetime in next 60 days)
any row in predicted_affinity where (product_attribute is "Shoes" and ranking <= 5000 and audience_size_small is true)
has purchased where (purchase_brand is "ACME Footwear") and has not purchased where (purchase_brand is "ACME Home")
is_primary_buyer_household is true and contactable_address is true and predicted_customer_lifetime_value_tier in ("Platinum", "Gold", "Silver") and predicted_customer_lifecycle_status in ("Cooling down", "At risk")
include everyone exclude is_test_account is true or is_employee is true or is_reseller is true or is_outlier is true
is_opted_into_email is true and any row in email_engagement_attributes where (engagement_status_last_15_months is "Inactive" and (most_recent_email_click_datetime is null or most_recent_email_click_datetime before today - 90 days))
include member of file "survey_2026.csv" exclude member of file "do_not_mail.csv"
ly12m_order_revenue > 0 and l12m_order_revenue < 0.5 * ly12m_order_revenue
member of segment "A" and member of segment "B" and member of segment "C"
every row in unified_itemized_transactions where (item_discount_amount > 0) and has purchased at least 3 times
email_clicks_last_30_days >= 1
city is null or not (city is "Chicago")
top 5000 by predicted_clv_next_365d among (state is "WA" and contactable_email is true)
first purchase of (product_category is "fragrance") in last 90 days and first_order_datetime before today - 1 year
distinct of unified_transactions.purchase_brand where (order_datetime in last 12 months) >= 2
sum of unified_loyalty_events.accrual_amount where (event_datetime in this quarter) >= 10_000
month of birthdate is 5 and age of birthdate < 40 and state is "CA"
sql("""SELECT amperity_id FROM merged_customers WHERE country = 'CA' AND postal LIKE 'V%'""") and not member of query "Complaints"
