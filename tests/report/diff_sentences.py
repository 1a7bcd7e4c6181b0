"""A ruleset of everything, what is changed in it, and the sentences that are to be said of each change."""

from __future__ import annotations

from tests.report.pages import BANDS

BEFORE = (
    BANDS
    + """segment small "Small accounts" when account.size = "small"
segment enterprise "Enterprise" when subscription.licensed_users >= 500 and account.csm_owned
let notice = 30 days
let priority = account.csm_priority default 3
assume subscription.plan = "premium" because "most have it"
define per_seat(x) = x / subscription.licensed_users
table points_for(seats) {
  < 10 gives 1
  in 10..100 gives 2
  otherwise gives 3 }
measure use "Users of git" {
  value per_seat(support.tickets_last_month) shown as percent
  bands rag
  rate { red when < 25% ; yellow when < 50% ; green otherwise }
  fresh by support.updated_at, stale after 45 days, expired after 60 days
  applies when subscription.plan = "ultimate"
  cap yellow when enterprise
}
measure mood "CSM sentiment" { value sentiment.rating ; rate as given ; applies to all except small }
measure tickets "Support issues" {
  let recent = support.updated_at within 30 days
  value support.tickets_last_month
  rate { points 100 when < 2 ; points 50 when in 2..10 ; points 0 otherwise }
  baseline 40
  missing impute 50
  cap points 60 when recent
}
measure seats "Seats" { value subscription.licensed_users ; points steps above 10, 20, 30
  fresh by support.updated_at, expired after 60 days }
measure answer "Answer" { value account.csm_priority ; points 100
  applies when days since account.customer_since > notice and priority = 1 }
scorecard health "Health" {
  bands rag
  grace first 30 days from account.customer_since, except mood
  missing redistribute
  borderline within 5
  round to 1 decimal
  group product "Product" 60% { use 50% ; tickets 30% ; answer 20% }
  group risk "Risk" 40% { mood 60% ; seats 40% }
  weights when risk is na { product 100% ; risk 0% }
  override red when mood is red because "so it is"
  cap yellow when product.use is red
}
output plans = count p in success_plans where p.status = "active"
output picked = points_for(subscription.licensed_users)
trigger call "Call the customer" {
  when health is red ; kind risk ; severity high ; playbook "Call" ; due as_of + 7 days ; field helper = "csm" }
trigger note "Note" {
  when mood is red because "The mood is red"
  when health is yellow and small }
matrix engage "Engagement" {
  rows health ; columns account.size: large, small
  green gives  "Keep", "Scale" ; yellow gives "Watch", "Watch" ; red gives "Act", na
  otherwise "Ask"
}
template letter "Letter" { for health is red ; subject "Hello" ; body "Dear customer" }
problem "too many" when subscription.licensed_users > 1000
invariant "never so" never mood is red and health is green
"""
)

#: What is replaced in the text, and what is to be said of it.
CHANGES: list[tuple[list[tuple[str, str]], list[str]]] = [
    (
        [('product "Product" 60%', 'product "Product" 70%'), ('risk "Risk" 40%', 'risk "Risk" 30%')],
        ["Product weighs 70% instead of 60%", "Risk weighs 30% instead of 40%"],
    ),
    ([("red when < 25%", "red when <= 10%")], ["Users of git: red up to 10% instead of below 25%"]),
    ([("< 50%", "< 60%")], ["Users of git: yellow below 60% instead of 50%"]),
    (
        [("points 50 when in", "points 55 when in")],
        ["Support issues: 55 points instead of 50 when from 2 to 10"],
    ),
    ([("in 2..10 ;", "in 2..12 ;")], ["Support issues: 50 points up to 12 instead of 10"]),
    ([("above 10, 20, 30", "above 10, 25, 30")], ["Seats: 2 points above 25 instead of 20"]),
    (
        [("points steps above 10, 20, 30", "points steps above 10, 20")],
        [
            "Seats are rated 1 point above 10, 2 above 20, else 0 instead of 1 point above 10, 2 "
            "above 20, 3 above 30, else 0"
        ],
    ),
    (
        [("red when < 25% ; yellow when < 50% ; green otherwise", "green when > 50% ; red otherwise")],
        [
            "Users of git are rated green above 50%; red at most 50% instead of green at least "
            "50%; yellow at least 25% and below 50%; red below 25%"
        ],
    ),
    (
        [
            (
                "per_seat(support.tickets_last_month) shown",
                "support.tickets_last_month / subscription.licensed_users shown",
            )
        ],
        [
            "Users of git are measured by support tickets last month ÷ subscription licensed "
            "users instead of per seat(support tickets last month)",
        ],
    ),
    (
        [
            (
                "per_seat(x) = x / subscription.licensed_users",
                "per_seat(x) = x / (subscription.licensed_users + 1)",
            )
        ],
        [
            "The definition per seat gives x ÷ (subscription licensed users + 1) instead of x ÷ "
            "subscription licensed users"
        ],
    ),
    (
        [("expired after 60 days\n", "expired after 45 days\n")],
        ["Users of git expire after 45 days instead of 60"],
    ),
    ([("stale after 45 days, ", "")], ["Users of git no longer go stale (before: after 45 days)"]),
    (
        [("\n  fresh by support.updated_at, stale after 45 days, expired after 60 days", "")],
        ["Users of git no longer go stale after 45 days or expire after 60 days"],
    ),
    (
        [("\n  fresh by support.updated_at, expired after 60 days }", " }")],
        ["Seats no longer expire after 60 days"],
    ),
    (
        [("fresh by support.updated_at, stale", "fresh by sentiment.updated_at, stale")],
        [
            "The age of the data for users of git is counted from sentiment updated at instead "
            "of support updated at"
        ],
    ),
    (
        [("expired after 60 days }", "stale after 30 days, expired after 60 days }")],
        ["Seats now go stale after 30 days"],
    ),
    (
        [('plan = "ultimate"\n', 'plan = "premium"\n')],
        ["Users of git apply when subscription plan is “premium” instead of “ultimate”"],
    ),
    (
        [('\n  applies when subscription.plan = "ultimate"', "")],
        ["Users of git now apply whether or not subscription plan is “ultimate”"],
    ),
    (
        [('ultimate"\n', 'ultimate" and account.csm_owned\n')],
        ["Users of git now apply only when account CSM owned is yes"],
    ),
    ([("except small }", "except small, enterprise }")], ["CSM sentiment no longer applies to Enterprise"]),
    ([("; applies to all except small }", "}")], ["CSM sentiment now applies to Small accounts too"]),
    (
        [("cap yellow when enterprise", "cap red when enterprise")],
        ["The cap of users of git is at red instead of yellow when in the segment Enterprise"],
    ),
    (
        [("cap yellow when enterprise", "cap yellow when small")],
        [
            "The cap of users of git at yellow acts when in the segment Small accounts instead "
            "of in the segment Enterprise"
        ],
    ),
    (
        [("\n  cap yellow when enterprise", "")],
        ["The cap of users of git at yellow when in the segment Enterprise is gone"],
    ),
    (
        [('override red when mood is red because "so it is"', "")],
        ["The override to red when CSM sentiment is red is gone"],
    ),
    (
        [("override red when mood is red", "override red when mood is worse than green")],
        ["The override to red acts when CSM sentiment is yellow or red instead of red"],
    ),
    (
        [("cap yellow when product.use", "floor yellow when product.use")],
        [
            "The cap at yellow when Users of git in Health is red is gone",
            "The floor at yellow when Users of git in Health is red is new",
        ],
    ),
    (
        [("within 30 days", "within 60 days")],
        [
            "“recent” in support issues means support updated at is within the last 60 days "
            "instead of within the last 30"
        ],
    ),
    ([("baseline 40", "baseline 50")], ["The baseline of support issues is 50 points instead of 40"]),
    ([("\n  baseline 40", "")], ["The baseline of support issues is gone (before: 40 points)"]),
    (
        [("impute 50", "impute 40")],
        ["Without data, support issues count as 40 points instead of counting as 50 points"],
    ),
    (
        [("\n  missing impute 50", "")],
        ["Without data, support issues are left out instead of counting as 50 points"],
    ),
    (
        [("cap points 60", "cap points 70")],
        ["The cap of support issues is at 70 points instead of 60 when recent"],
    ),
    ([("notice = 30 days", "notice = 60 days")], ["“notice” means 60 days instead of 30"]),
    ([("default 3", "default 2")], ["“priority” takes 2 instead of 3 where account CSM priority is missing"]),
    (
        [('plan = "premium"', 'plan = "ultimate"')],
        ["Where subscription plan is missing, “ultimate” is assumed instead of “premium”"],
    ),
    (
        [('assume subscription.plan = "premium" because "most have it"', "")],
        ["Nothing is assumed any more where subscription plan is missing (before: “premium”)"],
    ),
    (
        [("in 10..100 gives 2", "in 10..200 gives 2")],
        ["Row 2 of the table points for gives 2 when seats is from 10 to 200 instead of from 10 to 100"],
    ),
    (
        [("in 10..100 gives 2", "in 10..100 gives 4")],
        ["Row 2 of the table points for gives 4 instead of 2 when seats is from 10 to 100"],
    ),
    (
        [("  in 10..100 gives 2\n", "")],
        ["The table points for has no row any more when seats is from 10 to 100"],
    ),
    (
        [
            (
                "  in 10..100 gives 2\n  otherwise gives 3",
                "  in 10..100 gives 4\n  in 101..200 gives 5\n  otherwise gives 6",
            )
        ],
        [
            "The table points for gives 4 instead of 2 when seats is from 10 to 100, gives 6 instead of 3 otherwise "
            "and newly gives 5 when seats is from 101 to 200"
        ],
    ),
    (
        [(">= 500", ">= 1000")],
        [
            "Segment Enterprise: subscription licensed users are at least 1000 instead of at "
            "least 500, which is narrower"
        ],
    ),
    (
        [(">= 500 and account.csm_owned", ">= 500")],
        ["The segment Enterprise is wider: whether or not account CSM owned is yes"],
    ),
    (
        [('when account.size = "small"', 'when account.size = "small" or account.csm_owned')],
        ["The segment Small accounts is wider: also accounts where account CSM owned is yes"],
    ),
    (
        [('account.size = "small"', 'account.size in ("small", "medium")')],
        ["Segment Small accounts: account size is “small” or “medium” instead of “small”"],
    ),
    (
        [("first 30 days", "first 60 days")],
        ["New accounts have 60 days of grace in Health instead of 30 days"],
    ),
    (
        [(", except mood", ", except mood, use")],
        [
            "New accounts are treated otherwise in Health: for the first 30 days from account "
            "customer since, only CSM sentiment and Users of git count"
        ],
    ),
    (
        [("  grace first 30 days from account.customer_since, except mood\n", "")],
        [
            "New accounts no longer have a time of grace in Health (before: for the first 30 "
            "days from account customer since, only CSM sentiment counts)"
        ],
    ),
    (
        [("  missing redistribute", "  missing require coverage 50%")],
        [
            "Health: no score when less than 50% of the weight rests on data (before: the weight "
            "of a member without a value goes to the others beside it)"
        ],
    ),
    (
        [("borderline within 5", "borderline within 3")],
        ["Health is borderline within 3 points of a boundary instead of 5"],
    ),
    (
        [("round to 1 decimal", "round to 0 decimals")],
        ["Health is rounded to a whole number instead of to 1 decimal"],
    ),
    ([("  round to 1 decimal\n", "")], ["Health is no longer rounded (before: to 1 decimal)"]),
    (
        [("use 50% ; tickets 30% ; answer 20%", "use 50% ; tickets 50%")],
        [
            "Answer no longer counts in Product (it weighed 20%)",
            "Support issues in Product weigh 50% instead of 30%",
        ],
    ),
    (
        [
            ("mood 60% ; seats 40%", "mood 60% ; seats 40% ; answer 0%"),
            ("use 50% ; tickets 30% ; answer 20%", "use 50% ; tickets 50%"),
        ],
        [
            "Answer counts in Risk instead of Product, with a weight of 0%",
            "Support issues in Product weigh 50% instead of 30%",
        ],
    ),
    (
        [("  weights when risk is na { product 100% ; risk 0% }\n", "")],
        ["The special weights when Risk in Health is without a value are gone (Product 100%, Risk 0%)"],
    ),
    (
        [
            (
                "weights when risk is na { product 100% ; risk 0% }",
                "weights when risk is na { product 90% ; risk 10% }",
            )
        ],
        [
            "When Risk in Health is without a value, Product weighs 90% instead of 100%; Risk "
            "weighs 10% instead of 0%"
        ],
    ),
    (
        [("borderline within 5", "borderline within 5 ; rollup minimum")],
        ["Health is the lowest of its members instead of the mean of its members by their weights"],
    ),
    (
        [("round to 1", "score 100 - product.score\n round to 1")],
        [
            "Health is 100 − the score of Product in Health instead of the mean of its members "
            "by their weights"
        ],
    ),
    (
        [("green 75..100 points 87.5 ; yellow 50..<75", "green 70..100 points 87.5 ; yellow 50..<70")],
        ["Green begins at 70 instead of 75"],
    ),
    ([("points 62.5", "points 60")], ["Yellow is worth 60 points instead of 62.5"]),
    (
        [('= "active"', '= "draft"')],
        [
            "The output plans is the number of success plans where the status is “draft” instead "
            "of the number of success plans where the status is “active”"
        ],
    ),
    (
        [('output plans = count p in success_plans where p.status = "active"\n', "")],
        ["The output plans is gone"],
    ),
    (
        [("when health is red ;", "when health is worse than green ;")],
        ["The trigger Call the customer fires when Health is yellow or red instead of red"],
    ),
    (
        [("severity high", "severity critical")],
        ["The severity of the trigger Call the customer is critical instead of high"],
    ),
    (
        [('playbook "Call"', 'playbook "Call {health.score}"')],
        ["The playbook of the trigger Call the customer is “Call {the score of Health}” instead of “Call”"],
    ),
    (
        [("+ 7 days", "+ 14 days")],
        ["The day that the trigger Call the customer is due is the as-of date + 14 days instead of 7"],
    ),
    (
        [(' ; field helper = "csm"', "")],
        ["The field helper of the trigger Call the customer is gone (before: “csm”)"],
    ),
    (
        [('helper = "csm"', 'helper = "owner"')],
        ["The field helper of the trigger Call the customer is “owner” instead of “csm”"],
    ),
    (
        [("when health is yellow and small", "when health is yellow")],
        ["The trigger Note fires when Health is yellow, whether or not in the segment Small accounts"],
    ),
    (
        [('  when mood is red because "The mood is red"\n', "")],
        ["The trigger Note no longer fires when CSM sentiment is red"],
    ),
    ([("The mood is red", "Mood is red")], []),
    (
        [('"Watch", "Watch"', '"Watch", "Look"')],
        ["In the matrix Engagement, yellow / small is Look instead of Watch"],
    ),
    (
        [('red gives "Act", na', 'red gives "Act", "Act"')],
        ["In the matrix Engagement, red / small is Act instead of not applicable"],
    ),
    (
        [('green gives  "Keep", "Scale"', 'green gives  "Scale", "Keep"')],
        [
            "In the matrix Engagement, green / large is Scale instead of Keep; green / small is "
            "Keep instead of Scale"
        ],
    ),
    (
        [("for health is red ; subject", "for health is worse than green ; subject")],
        ["The template Letter is written when Health is yellow or red instead of red"],
    ),
    ([('"Hello"', '"Good day"')], ["The subject of the template Letter is “Good day” instead of “Hello”"]),
    ([("Dear customer", "Dear you")], ["The text of the template Letter is changed"]),
    (
        [("for health is red ; subject", "subject")],
        ["The template Letter is written for every account, not only when Health is red"],
    ),
    (
        [("> 1000", "> 2000")],
        [
            "The problem “too many” is reported when subscription licensed users are above 2000 "
            "instead of above 1000"
        ],
    ),
    (
        [("never mood is red and health", "never mood is red or health")],
        [
            "The invariant “never so” forbids that CSM sentiment is red or Health is green "
            "instead of that CSM sentiment is red and Health is green"
        ],
    ),
    (
        [('problem "too many" when subscription.licensed_users > 1000\n', "")],
        ["The problem “too many” is gone"],
    ),
    ([('segment small "Small accounts"', 'segment small "Small ones"')], []),
    ([('mood is red because "so it is"', 'mood is red because "it is so"')], []),
]
