# Expressions that are refused, one a line, after the codes of what is said about them.

E104
E104                -- only a comment
E104                /* only a comment */
E101 E101           and
E101                a is 1 and
E101                a is
E101                city
E101                is "Chicago"
E101                a is and b is 2
E101                a is 1 b is 2
E101                a is 1 and or b is 2
E101                (a is 1 exclude b is 2)
E102                city is 'O'Hare'
E101                a in (1,)
E101                a in ("a" "b")
E101                a in 1, 2
E101                a in last month
E101                has purchased last month
E101                birthdate next 7 days
E101                a not in last 30 days
E101                has purchased in last 3.5 days
E101                has purchased 3
E101                has purchased 3 or more times
E101                has purchased 3+ times in last 30 days
E101                most frequent order 2 or fewer times where (a is 1)
E101                has purchased where a is 1
E101                has purchsed
E101                evryone
E101                city contians "x"
E101                city isn't "x"
E101                city is New York
E101                member of segment West coast
E101                email contains gmail.com
E101                exclude a is 1
E101                include include a is 1
E101                rfm at least 0-5-5
E101                rfm at least 11-2-3
E101                top 3.5 by a
E101                any row in t
E101                sql(SELECT 1)
E101                include = 3
E101                a > .5
E101                $5 < a
E101 E101           foo bar baz and qux quux and a is 1
E102                city is "Chicago
E102                city is 'Chicago and a is 1
E102                city is "Chicago and state is "IL"
E102                sql("""SELECT 1)
E102                (a is 1
E102                ((a is 1)
E102                a is 1)
E102                a in (1, 2 and b is 3
E102                (a is 1 exclude b is 2
E102                sql("SELECT 1"
E102                `Lifetime revenue > 5
E102                a is 1 /* and so on
E102 E102           a is 1) and (b is 2
E103                a is 1 and b is 2 or c is 3
E103                a is 1 or b is 2 and c is 3 or d is 4
E103                a between 1 and 2 or b is 3 and c is 4
E103                has purchased where (a is 1 and b is 2 or c is 3) and d is 4
E103 E103           (a is 1 and b is 2 or c is 3) exclude d is 1 or e is 2 and f is 3
E104                a in ()
E104                has purchased where ()
E105                a > 1,000
E105 E105           a between 1,000 and 2,000,000.50
E105                a > $1,000 and b is 2
E105 E105           a in (1,000, 2,000)
E106                d after 11/01/2026
E106                d after 13.1.2026
E106                d after 2026/11/01
E106                d after 2026-1-5
E106                d on 2026-02-30
E106                d on 2026-11-01T25:00
E106 E106           d between 1/1/2026 and 2/1/2026
E107                city is “Chicago”
E107                city is ‘Chicago’
E107                city is "Chicago” and a is 1
E107                a == 1
E107                a => 1
E107                a is 1 && b is 2
E107                a is 1 || b is 2
E107                !a is 1
E107                a is 1;
E107 E107 E107      a is “x” && b is ‘y’
E107 E107 E103      a is 1 && b is 2 || c is 3
E105 E106 E107      a > 1,000 and d on 1/2/2026 and city is “Chicago”
E108                a is 123456789012345678901234567890123456789
E108                (((((((((((((((((((((a is 1)))))))))))))))))))))
