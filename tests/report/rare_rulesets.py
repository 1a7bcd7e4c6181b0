"""Rulesets with what is seldom written, for the sentences that are said of changes in them."""

from __future__ import annotations

from tests.report.pages import BANDS

RATINGS = (
    BANDS
    + """segment small "Small accounts" when account.size = "small"
checklist asked "Asked" {
  red leaving "They leave" when triage.told_us_they_cancel ; green adopted "Adopted" when triage.healthy_user_adoption }
checklist heard "Heard" {
  green likes "They like us" when triage.good_relationship ; red silent "Silent" when triage.unresponsive }
measure contact "Last contact" {
  value days since engagement.last_contact_at
  rate when account.csm_priority <= 1 { green when <= 35 days ; red otherwise }
  rate when account.csm_priority = 2 { green when <= 65 days ; red otherwise }
  rate { yellow otherwise }
}
measure seats "Seats" {
  value subscription.licensed_users
  rate { points steps above 10, 20, 30 when < 90 ; points 9 otherwise }
  override points 5 when account.csm_owned
  override points 7 when small }
measure order "Order" {
  value support.tickets_last_month
  rate { green when < 9 and account.csm_owned ; red when < 5 ; yellow otherwise } }
measure mood "CSM sentiment" { value sentiment.rating ; rate as given }
scorecard health "Health" { contact ; seats ; order ; override red when mood is red ; override yellow when small }
scorecard other "Other" { seats ; cap yellow when small }
scorecard judged "Triage" { asked ; heard }
"""
)

SETS_OF_BANDS = (
    BANDS
    + """bands rag2 { green 75..100 points 87.5 ; yellow 50..<75 points 62.5 ; red 0..<50 points 25 }
bands plain { good 50..100 ; bad 0..<50 }
bands open { fine 50.. ; poor ..<50 }
measure order "Order" { bands rag ; value support.tickets_last_month ; rate { green when < 9 ; red otherwise } }
measure mood "CSM sentiment" { bands rag ; value sentiment.rating ; rate as given }
scorecard other "Other" { bands rag ; order ; mood }
"""
)

TABLES = (
    BANDS
    + """table points_for(seats count) hits first {
  < 10 gives 1
  in 10..100 gives 2
  otherwise gives 3 }
table pick(size, level count) hits one {
  "small", = 1 gives "a"
  "large", > 1 gives "b" }
table flat(level) { any gives 1 }
output picked = points_for(subscription.licensed_users)
output chosen = pick(account.size, account.csm_priority)
output same = flat(account.csm_priority)
"""
)

CARDS = (
    BANDS
    + """segment first_ones "First ones" when subscription.licensed_users < 50
measure tickets "Support issues" { value support.tickets_last_month / subscription.licensed_users ; points 1 * value }
measure seats "Seats" { value subscription.licensed_users ; points 1 * value }
measure third "Third" { value account.csm_priority default 3 ; points 1 * value }
scorecard health "Health" {
  bands rag
  borderline within 3
  group a "First" 60% { tickets 50% ; seats 50% }
  third 40%
  weights when account.size = "small" { a 50% ; third 50% }
  weights when account.csm_owned { a 100% ; third 0% }
}
scorecard more "More" { bands none ; score (health.score + seats.value) / 2 + 1 ; health ; seats }
scorecard raw "Raw" { bands none ; rollup sum ; tickets 2 ; seats 3 }
scorecard shares "Shares" { bands none ; rollup  sum ; tickets  50% ; seats  50% }
scorecard three "Three" { bands none ; tickets 50% ; seats 30% ; third 20%
  weights when account.csm_owned { tickets 40% ; seats 40% ; third 20% } }
scorecard lacking "Lacking" { missing impute 30 ; group x "Inside" { missing redistribute ; third } ; group y "Beside" { seats } }
"""
)

CONDITIONS = (
    BANDS
    + """let plain_one = account.csm_priority
define level(x) = if x > 3 then "a level of which much can be said" else "another level"
define big(x) = x > 10
output sum_of = subscription.licensed_users + support.tickets_last_month + support.open_emergency_tickets + account.csm_priority
output rounded = round(subscription.licensed_users / 7, 2)
output largest = max(subscription.licensed_users, 3)
output flagged = subscription.renewal_date within 30 days
output region = account.region
measure m "Same" { value support.tickets_last_month ; rate { green when < 3 ; red otherwise } }
measure n "Same" { value subscription.licensed_users ; rate { green when < 3 ; red otherwise } }
output told = m.value
segment one "One" when subscription.licensed_users > 3 and support.tickets_last_month < 4
segment two "Two" when 10 < subscription.licensed_users
segment three "Three" when subscription.licensed_users in 10..20
segment four "Four" when subscription.licensed_users in 10..support.tickets_last_month
segment five "Five" when account.name contains "x"
segment six "Six" when subscription.renewal_date in this month or next
segment seven "Seven" when m is green
"""
)
