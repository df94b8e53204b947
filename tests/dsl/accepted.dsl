# Expressions that are taken, one a line. Lines that begin with # are headings.

# --- words that read aloud ---
include everyone
EVERYONE
all customers
everybody
city is exactly "Chicago"
city was "Chicago"
city is not exactly "Chicago"
city is in list ("Chicago", "Boston")
city is not in ("Chicago")
city like "chic" and city is like "chic" and city has "chic"
city is not like "chic" and city not like "chic" and city does not have "chic"
city does not contain "x" and city does not start with "y" and city does not end with "z"
city contains any of ("a", "b") and city starts with all of ("a", "b")
sku matches case "aB-1"
city is known and state is unknown
is_vip is not true or is_vip is not false
orders is greater than 3 and orders is less than or equal to 9 and orders is at least 4
orders more than 3 and orders is more than 3 and orders less than 9 and orders is at most 9
orders ≥ 3 and orders ≤ 9 and orders ≠ 5 and orders <> 6 and orders != 7
orders outside 3 and 9 or orders was not between 3 and 9 or orders not between 1 and 2
is a member of segment "A" and is not a member of segment "B" and not member of list "C"
not not not city is "Chicago"
not is member of file "x"
has never purchased
has only purchased in this year
average of unified_transactions.order_revenue > 10

# --- names ---
`Lifetime Order Revenue` > 5
`Unified Loyalty`.`Current Tier` is "VIP"
unified_loyalty . current_tier is "VIP"
straße is "Hauptstraße"
last is 1 and first is 2 and list is 3 and has is 4 and top is 5 and month is 6 and count is 7
sum is 1 and times is 2 and on is 3 and segment is 4 and rfm is 5 and sql is 6 and any is 7
notable is 1 or orders is 2 or android is 3 or inner is 4 or iso is 5
`and` is 1 and `where` is 2

# --- values ---
a = 1_500 and b = 0.25 and c = -5 and d = -0.5
a is true or a = false
a > $500 and b > €49.90 and c < £-5 and d >= ¥1_000 and e > -$5
a > 60% and b > 12.5 % and c > 20 percent
a < 0.5 * b and c < -1 * t.d
a in (1, "b", today, true, $5, 60%)
a is "it""s" or a is 'it\'s' or a is 'it''s' or a is "tab\tand \"quotes\" and \\"
a is """three "quotes" keep \ everything"""
a is ""

# --- dates ---
d on 2026-11-01 and d after 2026-11-01T15:30 and d before 2026-11-01 15:30:59
d is 2026-11-01 and d is not today and d > yesterday and d <= tomorrow
d was on or after today and d is on or before now and d not on today and d is not on today
d not before today and d not after today and d not on or before today and d not on or after today
d after today - 3 months + 2 days and d before now - 5 hours
d before 30 days ago and d after 2 fiscal quarters ago
d between start of this month and end of previous quarter
d in last 30 days and d in past 2 weeks and d in the last 3 hours and d in next 7 days
d in this month and d in current year and d in previous fiscal week and d in next quarter and d is in the previous day
anniversary of d on today and day of d = 1 and weekday of d = 7 and year of d > 2000
days until d <= 30

# --- purchases ---
has purchased
has purchased 3 times
has purchased more than 3 times and has purchased >= 2 times and has purchased less than 9 times
has purchased between 2 and 4 times between 2026-01-01 and today
has purchased at least 2 in last 30 days
has purchased not between 2026-01-01 and 2026-02-01 net of returns
has purchased on 2026-01-01 or has purchased not on 2026-01-01 or has purchased outside 2026-01-01 and today
first purchase or repeat purchase where (a is 1)
first purchase of (a is 1)
most frequent order at least 3 times in last 2 years where (a is "x")
most frequent order in last 2 years
total value of orders between $5 and $10 between 2026-01-01 and today where (a is 1) net of returns
total value of orders not between 5 and 10

# --- rows and ranks ---
no row in t where (a is 1 or (b is 2 and c is 3))
count of t = 0
count of t where (a is 1) is at least 3
min of t.a > 1 and max of t.a < 2 and distinct of t.a >= 3
top 10% by a and bottom 500 by t.b among (everyone)
a in bottom 12.5% among (b is 1 and c in top 5)
rfm at most 1-10-5

# --- layout ---
( ( ( city is "Chicago" ) ) )
city/* inside */is/* and */"Chicago"-- at the end
city is "Chicago" # at the end
sql ( "SELECT amperity_id FROM merged_customers" )
city is "x" exclude a is 1 exclude b is 2 and c is 3

# --- uploaded files ---
file.survey.stars >= 4 and file.`Survey 2026.csv`.`Would you?` is "yes"
any row in file.survey where (stars >= 4) or count of FILE.2026_survey > 1
query.locals.orders >= 2 and QUERY.`Big spenders`.`Total paid` > 100
any row in query.locals where (orders >= 4) or query is 3
sum of file.survey.stars > 3 and file is 3 and a.file is 3
