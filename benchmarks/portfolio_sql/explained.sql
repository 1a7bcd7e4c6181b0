-- The workload written out by hand for DuckDB: every measure with status, value, band, points, weights, contribution, reason.
-- $SOURCE is a relation of accounts, $AS_OF the day. Nothing is checked: documents may be assumed to have no faults.
WITH account AS (
  SELECT
    id,
    account.service_level AS level,
    coalesce(account.csm_priority, 3) AS priority,
    account.csm_owned AS owned,
    $AS_OF - account.customer_since AS age,
    (year($AS_OF) - year(account.customer_since)) * 12 + month($AS_OF) - month(account.customer_since)
      - CASE WHEN day($AS_OF) < day(account.customer_since) THEN 1 ELSE 0 END AS tenure,
    subscription.plan AS plan,
    subscription.licensed_users AS licensed,
    usage.deployment AS deployment,
    usage.billable_users AS billable,
    usage.active_users AS active,
    usage.git_users AS git,
    usage.builds AS builds,
    usage.scanner_users AS scanners,
    usage.deploy_users AS deployers,
    $AS_OF - usage.reported_at AS usage_age,
    sentiment.rating AS rating,
    $AS_OF - sentiment.updated_at AS rating_age,
    support.tickets_last_month AS tickets,
    support.open_emergency_tickets AS emergencies,
    $AS_OF - support.emergency_closed_at AS closed_age,
    $AS_OF - support.updated_at AS support_age,
    success_plan.status AS plan_status,
    success_plan.objectives AS objectives,
    success_plan.has_strategy AS strategy,
    success_plan.has_highlights AS highlights,
    $AS_OF - engagement.last_meeting AS meeting_age,
    timeline IS NULL AS no_timeline,
    len(list_filter(timeline, lambda e: e.date BETWEEN $AS_OF - INTERVAL 3 MONTH AND $AS_OF
      AND list_contains(e.external_roles, 'Dev Lead'))) > 0 AS dev,
    len(list_filter(timeline, lambda e: e.date BETWEEN $AS_OF - INTERVAL 3 MONTH AND $AS_OF
      AND list_contains(e.external_roles, 'Security Lead'))) > 0 AS security
  FROM $SOURCE
),
prepared AS (
  SELECT
    *,
    coalesce(age < 30, false) AS grace,
    CASE WHEN usage_age IS NULL THEN 'missing' WHEN usage_age > 60 THEN 'expired' ELSE 'scored' END AS usage_status,
    CASE WHEN support_age IS NULL THEN 'missing' WHEN support_age > 30 THEN 'expired' ELSE 'scored' END AS support_status,
    CASE WHEN usage_age <= 60 THEN billable END AS users
  FROM account
),
statuses AS (
  SELECT
    *,
    CASE WHEN grace THEN 'grace'
         WHEN billable IS NULL OR licensed IS NULL THEN 'missing'
         WHEN usage_status <> 'scored' THEN usage_status
         WHEN tenure IS NULL THEN 'missing'
         WHEN tenure < 2 THEN 'not_applicable'
         ELSE 'scored' END AS license_utilization_status,
    CASE WHEN grace THEN 'grace'
         WHEN deployment IS NULL THEN 'missing'
         WHEN deployment <> 'self_managed' THEN 'not_applicable'
         WHEN active IS NULL OR billable IS NULL THEN 'missing'
         ELSE usage_status END AS user_engagement_status,
    CASE WHEN grace THEN 'grace'
         WHEN tenure IS NULL THEN 'missing'
         WHEN tenure < 1 THEN 'not_applicable'
         WHEN git IS NULL OR billable IS NULL THEN 'missing'
         ELSE usage_status END AS scm_adoption_status,
    CASE WHEN grace THEN 'grace'
         WHEN tenure IS NULL THEN 'missing'
         WHEN tenure < 1 THEN 'not_applicable'
         WHEN builds IS NULL OR billable IS NULL THEN 'missing'
         ELSE usage_status END AS ci_adoption_status,
    CASE WHEN grace THEN 'grace'
         WHEN tenure < 1 OR plan <> 'ultimate' THEN 'not_applicable'
         WHEN tenure IS NULL OR plan IS NULL THEN 'missing'
         WHEN scanners IS NULL OR billable IS NULL THEN 'missing'
         ELSE usage_status END AS devsecops_adoption_status,
    CASE WHEN grace THEN 'grace'
         WHEN tenure IS NULL THEN 'missing'
         WHEN tenure < 1 THEN 'not_applicable'
         WHEN deployers IS NULL OR billable IS NULL THEN 'missing'
         ELSE usage_status END AS cd_adoption_status,
    CASE WHEN level = 'tech_touch' THEN 'not_applicable'
         WHEN rating IS NULL OR rating_age IS NULL THEN 'missing'
         WHEN rating_age > 120 THEN 'expired'
         WHEN rating_age > 90 THEN 'stale'
         ELSE 'scored' END AS csm_sentiment_status,
    CASE WHEN grace THEN 'grace'
         WHEN level IN ('scale', 'tech_touch') THEN 'not_applicable'
         WHEN priority <> 1 AND (NOT owned OR plan_status = 'closed') THEN 'not_applicable'
         WHEN priority <> 1 AND owned IS NULL THEN 'missing'
         WHEN plan_status IS NULL THEN 'missing'
         WHEN plan_status <> 'active' OR objectives = 0 THEN 'scored'
         WHEN objectives IS NULL THEN 'missing'
         WHEN strategy OR highlights THEN 'scored'
         WHEN strategy IS NULL OR highlights IS NULL THEN 'missing'
         ELSE 'scored' END AS roi_status,
    CASE WHEN grace THEN 'grace'
         WHEN tickets IS NULL THEN 'missing'
         ELSE support_status END AS support_issues_status,
    CASE WHEN grace THEN 'grace'
         WHEN emergencies IS NULL THEN 'missing'
         WHEN support_status <> 'scored' THEN support_status
         WHEN emergencies < 1 AND closed_age IS NULL THEN 'missing'
         ELSE 'scored' END AS emergency_tickets_status,
    CASE WHEN grace THEN 'grace'
         WHEN priority = 3 OR level IN ('scale', 'tech_touch') THEN 'not_applicable'
         WHEN meeting_age IS NULL THEN 'missing'
         WHEN meeting_age < 0 THEN 'invalid'
         ELSE 'scored' END AS meeting_cadence_status,
    CASE WHEN grace THEN 'grace'
         WHEN level <> 'high_touch' THEN 'not_applicable'
         WHEN no_timeline THEN 'missing'
         ELSE 'scored' END AS persona_engagement_status
  FROM prepared
),
measured AS (
  SELECT
    *,
    CASE WHEN NOT grace AND usage_status = 'scored' THEN billable / nullif(licensed, 0) END AS license_utilization_value,
    CASE WHEN user_engagement_status = 'scored' THEN active / nullif(billable, 0) END AS user_engagement_value,
    CASE WHEN scm_adoption_status = 'scored' THEN git / nullif(billable, 0) END AS scm_adoption_value,
    CASE WHEN ci_adoption_status = 'scored' THEN builds / nullif(billable, 0) END AS ci_adoption_value,
    CASE WHEN devsecops_adoption_status = 'scored' THEN scanners / nullif(billable, 0) END AS devsecops_adoption_value,
    CASE WHEN cd_adoption_status = 'scored' THEN deployers / nullif(billable, 0) END AS cd_adoption_value,
    CASE WHEN csm_sentiment_status IN ('scored', 'stale') THEN rating END AS csm_sentiment_value,
    CASE WHEN support_issues_status = 'scored' THEN tickets END AS support_issues_value,
    CASE WHEN NOT grace AND support_status = 'scored' THEN emergencies END AS emergency_tickets_value,
    CASE WHEN meeting_cadence_status = 'scored' THEN meeting_age END AS meeting_cadence_value
  FROM statuses
),
banded AS (
  SELECT
    *,
    CASE WHEN license_utilization_status <> 'scored' THEN NULL
         WHEN tenure < 6 THEN CASE WHEN license_utilization_value < 0.0999999999 THEN 'red'
                                   WHEN license_utilization_value <= 0.5000000001 THEN 'yellow' ELSE 'green' END
         WHEN tenure < 9 THEN CASE WHEN license_utilization_value <= 0.5000000001 THEN 'red'
                                   WHEN license_utilization_value <= 0.7500000001 THEN 'yellow' ELSE 'green' END
         WHEN license_utilization_value <= 0.7500000001 THEN 'red'
         ELSE 'green' END AS license_utilization_band,
    CASE WHEN user_engagement_value < 0.4999999999 THEN 'red'
         WHEN user_engagement_value < 0.7999999999 THEN 'yellow'
         WHEN user_engagement_value IS NOT NULL THEN 'green' END AS user_engagement_band,
    CASE WHEN scm_adoption_value <= 0.1000000001 THEN 'red'
         WHEN scm_adoption_value <= 0.3300000001 THEN 'yellow'
         WHEN scm_adoption_value IS NOT NULL THEN 'green' END AS scm_adoption_band,
    CASE WHEN ci_adoption_value <= 2.0000000001 THEN 'red'
         WHEN ci_adoption_value <= 40.0000000001 THEN 'yellow'
         WHEN ci_adoption_value IS NOT NULL THEN 'green' END AS ci_adoption_band,
    CASE WHEN devsecops_adoption_value <= 0.0500000001 THEN 'red'
         WHEN devsecops_adoption_value < 0.1999999999 THEN 'yellow'
         WHEN devsecops_adoption_value IS NOT NULL THEN 'green' END AS devsecops_adoption_band,
    CASE WHEN cd_adoption_value < 0.0499999999 THEN 'red'
         WHEN cd_adoption_value <= 0.1200000001 THEN 'yellow'
         WHEN cd_adoption_value IS NOT NULL THEN 'green' END AS cd_adoption_band,
    csm_sentiment_value AS csm_sentiment_band,
    CASE WHEN roi_status <> 'scored' THEN NULL
         WHEN plan_status = 'draft' THEN 'yellow'
         WHEN plan_status = 'closed' OR objectives = 0 THEN 'red'
         WHEN strategy OR highlights THEN 'green'
         ELSE 'yellow' END AS roi_band,
    CASE WHEN support_issues_value = 0 THEN 'yellow'
         WHEN support_issues_value <= 5 THEN 'green'
         WHEN support_issues_value <= 15 THEN 'yellow'
         WHEN support_issues_value IS NOT NULL THEN 'red' END AS support_issues_band,
    CASE WHEN emergency_tickets_status <> 'scored' THEN NULL
         WHEN emergency_tickets_value >= 1 THEN 'red'
         WHEN closed_age BETWEEN 0 AND 7 THEN 'yellow'
         ELSE 'green' END AS emergency_tickets_band,
    CASE WHEN meeting_cadence_value <= CASE priority WHEN 1 THEN 35 ELSE 65 END THEN 'green'
         WHEN meeting_cadence_value <= CASE priority WHEN 1 THEN 60 ELSE 90 END THEN 'yellow'
         WHEN meeting_cadence_value IS NOT NULL THEN 'red' END AS meeting_cadence_band,
    CASE WHEN persona_engagement_status <> 'scored' THEN NULL
         WHEN dev AND security THEN 'green'
         WHEN dev OR security THEN 'yellow'
         ELSE 'red' END AS persona_engagement_band
  FROM measured
),
pointed AS (
  SELECT
    *,
    CASE license_utilization_band WHEN 'green' THEN 87.5e0 WHEN 'yellow' THEN 62.5e0 WHEN 'red' THEN 25e0 END AS license_utilization_points,
    CASE user_engagement_band WHEN 'green' THEN 87.5e0 WHEN 'yellow' THEN 62.5e0 WHEN 'red' THEN 25e0 END AS user_engagement_points,
    CASE scm_adoption_band WHEN 'green' THEN 87.5e0 WHEN 'yellow' THEN 62.5e0 WHEN 'red' THEN 25e0 END AS scm_adoption_points,
    CASE ci_adoption_band WHEN 'green' THEN 87.5e0 WHEN 'yellow' THEN 62.5e0 WHEN 'red' THEN 25e0 END AS ci_adoption_points,
    CASE devsecops_adoption_band WHEN 'green' THEN 87.5e0 WHEN 'yellow' THEN 62.5e0 WHEN 'red' THEN 25e0 END AS devsecops_adoption_points,
    CASE cd_adoption_band WHEN 'green' THEN 87.5e0 WHEN 'yellow' THEN 62.5e0 WHEN 'red' THEN 25e0 END AS cd_adoption_points,
    CASE csm_sentiment_band WHEN 'green' THEN 87.5e0 WHEN 'yellow' THEN 62.5e0 WHEN 'red' THEN 25e0 END AS csm_sentiment_points,
    CASE roi_band WHEN 'green' THEN 87.5e0 WHEN 'yellow' THEN 62.5e0 WHEN 'red' THEN 25e0 END AS roi_points,
    CASE support_issues_band WHEN 'green' THEN 87.5e0 WHEN 'yellow' THEN 62.5e0 WHEN 'red' THEN 25e0 END AS support_issues_points,
    CASE emergency_tickets_band WHEN 'green' THEN 87.5e0 WHEN 'yellow' THEN 62.5e0 WHEN 'red' THEN 25e0 END AS emergency_tickets_points,
    CASE meeting_cadence_band WHEN 'green' THEN 87.5e0 WHEN 'yellow' THEN 62.5e0 WHEN 'red' THEN 25e0 END AS meeting_cadence_points,
    CASE persona_engagement_band WHEN 'green' THEN 87.5e0 WHEN 'yellow' THEN 62.5e0 WHEN 'red' THEN 25e0 END AS persona_engagement_points
  FROM banded
),
shares AS (
  SELECT
    *,
    CASE WHEN license_utilization_points IS NULL THEN 0e0 ELSE 0.3e0 END
      + CASE WHEN user_engagement_points IS NULL THEN 0e0 ELSE 0.1e0 END
      + CASE WHEN scm_adoption_points IS NULL THEN 0e0 ELSE 0.15e0 END
      + CASE WHEN ci_adoption_points IS NULL THEN 0e0 ELSE 0.15e0 END
      + CASE WHEN devsecops_adoption_points IS NULL THEN 0e0 ELSE 0.15e0 END
      + CASE WHEN cd_adoption_points IS NULL THEN 0e0 ELSE 0.15e0 END AS product_share,
    CASE WHEN csm_sentiment_points IS NULL THEN 0e0 ELSE 1e0 END AS risk_share,
    CASE WHEN roi_points IS NULL THEN 0e0 ELSE 1e0 END AS outcomes_share,
    CASE WHEN support_issues_points IS NULL THEN 0e0 ELSE 1e0 END AS voice_share,
    CASE WHEN meeting_cadence_points IS NULL THEN 0e0 ELSE 0.5e0 END
      + CASE WHEN persona_engagement_points IS NULL THEN 0e0 ELSE 0.5e0 END AS engagement_share
  FROM pointed
),
totals AS (
  SELECT
    *,
    CASE WHEN product_share > 0 THEN 0.5e0 ELSE 0e0 END
      + CASE WHEN risk_share > 0 THEN 0.25e0 ELSE 0e0 END
      + CASE WHEN outcomes_share > 0 THEN 0.1e0 ELSE 0e0 END
      + CASE WHEN voice_share > 0 THEN 0.05e0 ELSE 0e0 END
      + CASE WHEN engagement_share > 0 THEN 0.1e0 ELSE 0e0 END AS total
  FROM shares
),
factors AS (
  SELECT
    *,
    CASE WHEN product_share > 0 THEN 0.5e0 / (total * product_share) END AS product_factor,
    CASE WHEN risk_share > 0 THEN 0.25e0 / total END AS risk_factor,
    CASE WHEN outcomes_share > 0 THEN 0.1e0 / total END AS outcomes_factor,
    CASE WHEN voice_share > 0 THEN 0.05e0 / total END AS voice_factor,
    CASE WHEN engagement_share > 0 THEN 0.1e0 / (total * engagement_share) END AS engagement_factor
  FROM totals
),
weighted AS (
  SELECT
    *,
    CASE WHEN license_utilization_points IS NULL THEN 0e0 ELSE 0.3e0 * product_factor END AS license_utilization_effective_weight,
    CASE WHEN user_engagement_points IS NULL THEN 0e0 ELSE 0.1e0 * product_factor END AS user_engagement_effective_weight,
    CASE WHEN scm_adoption_points IS NULL THEN 0e0 ELSE 0.15e0 * product_factor END AS scm_adoption_effective_weight,
    CASE WHEN ci_adoption_points IS NULL THEN 0e0 ELSE 0.15e0 * product_factor END AS ci_adoption_effective_weight,
    CASE WHEN devsecops_adoption_points IS NULL THEN 0e0 ELSE 0.15e0 * product_factor END AS devsecops_adoption_effective_weight,
    CASE WHEN cd_adoption_points IS NULL THEN 0e0 ELSE 0.15e0 * product_factor END AS cd_adoption_effective_weight,
    CASE WHEN csm_sentiment_points IS NULL THEN 0e0 ELSE risk_factor END AS csm_sentiment_effective_weight,
    CASE WHEN roi_points IS NULL THEN 0e0 ELSE outcomes_factor END AS roi_effective_weight,
    CASE WHEN support_issues_points IS NULL THEN 0e0 ELSE voice_factor END AS support_issues_effective_weight,
    CASE WHEN meeting_cadence_points IS NULL THEN 0e0 ELSE 0.5e0 * engagement_factor END AS meeting_cadence_effective_weight,
    CASE WHEN persona_engagement_points IS NULL THEN 0e0 ELSE 0.5e0 * engagement_factor END AS persona_engagement_effective_weight
  FROM factors
),
contributed AS (
  SELECT
    *,
    coalesce(license_utilization_effective_weight * license_utilization_points, 0) AS license_utilization_contribution,
    coalesce(user_engagement_effective_weight * user_engagement_points, 0) AS user_engagement_contribution,
    coalesce(scm_adoption_effective_weight * scm_adoption_points, 0) AS scm_adoption_contribution,
    coalesce(ci_adoption_effective_weight * ci_adoption_points, 0) AS ci_adoption_contribution,
    coalesce(devsecops_adoption_effective_weight * devsecops_adoption_points, 0) AS devsecops_adoption_contribution,
    coalesce(cd_adoption_effective_weight * cd_adoption_points, 0) AS cd_adoption_contribution,
    coalesce(csm_sentiment_effective_weight * csm_sentiment_points, 0) AS csm_sentiment_contribution,
    coalesce(roi_effective_weight * roi_points, 0) AS roi_contribution,
    coalesce(support_issues_effective_weight * support_issues_points, 0) AS support_issues_contribution,
    coalesce(meeting_cadence_effective_weight * meeting_cadence_points, 0) AS meeting_cadence_contribution,
    coalesce(persona_engagement_effective_weight * persona_engagement_points, 0) AS persona_engagement_contribution
  FROM weighted
),
scored AS (
  SELECT
    *,
    CASE WHEN total > 0 THEN license_utilization_contribution + user_engagement_contribution + scm_adoption_contribution
      + ci_adoption_contribution + devsecops_adoption_contribution + cd_adoption_contribution + csm_sentiment_contribution
      + roi_contribution + support_issues_contribution + meeting_cadence_contribution + persona_engagement_contribution
      END AS score
  FROM contributed
),
carded AS (
  SELECT
    *,
    CASE WHEN score >= 74.9999999999 THEN 'green' WHEN score >= 49.9999999999 THEN 'yellow'
         WHEN score IS NOT NULL THEN 'red' END AS computed_band,
    (license_utilization_contribution + user_engagement_contribution + scm_adoption_contribution + ci_adoption_contribution
      + devsecops_adoption_contribution + cd_adoption_contribution) * total / CASE WHEN product_share > 0 THEN 0.5e0 END AS product_score,
    (meeting_cadence_contribution + persona_engagement_contribution) * total / CASE WHEN engagement_share > 0 THEN 0.1e0 END AS engagement_score
  FROM scored
)
SELECT
  id,
  $AS_OF AS as_of,
  score,
  CASE WHEN csm_sentiment_band = 'red' THEN 'red' ELSE computed_band END AS band,
  score AS computed_score,
  computed_band,
  coalesce(csm_sentiment_band = 'red', false) AS override,
  license_utilization_status, license_utilization_value, license_utilization_band, license_utilization_points, 0.15e0 AS license_utilization_weight, license_utilization_effective_weight, license_utilization_contribution,
  CASE license_utilization_status WHEN 'grace' THEN 'in the first 30 days'
    WHEN 'missing' THEN CASE WHEN billable IS NULL THEN '`usage.billable_users`' WHEN licensed IS NULL THEN '`subscription.licensed_users`'
      WHEN usage_age IS NULL THEN '`usage.reported_at`' ELSE '`account.customer_since`' END
    WHEN 'expired' THEN 'older than 60 days'
    WHEN 'not_applicable' THEN 'too early to tell' END AS license_utilization_reason,
  user_engagement_status, user_engagement_value, user_engagement_band, user_engagement_points, 0.05e0 AS user_engagement_weight, user_engagement_effective_weight, user_engagement_contribution,
  CASE user_engagement_status WHEN 'grace' THEN 'in the first 30 days'
    WHEN 'missing' THEN CASE WHEN deployment IS NULL THEN '`usage.deployment`' WHEN active IS NULL THEN '`usage.active_users`'
      WHEN billable IS NULL THEN '`usage.billable_users`' ELSE '`usage.reported_at`' END
    WHEN 'expired' THEN 'older than 60 days'
    WHEN 'not_applicable' THEN '`applies when usage.deployment = "self_managed"`' END AS user_engagement_reason,
  scm_adoption_status, scm_adoption_value, scm_adoption_band, scm_adoption_points, 0.075e0 AS scm_adoption_weight, scm_adoption_effective_weight, scm_adoption_contribution,
  CASE scm_adoption_status WHEN 'grace' THEN 'in the first 30 days'
    WHEN 'missing' THEN CASE WHEN tenure IS NULL THEN '`account.customer_since`' WHEN git IS NULL THEN '`usage.git_users`'
      WHEN billable IS NULL THEN '`usage.billable_users`' ELSE '`usage.reported_at`' END
    WHEN 'expired' THEN 'older than 60 days'
    WHEN 'not_applicable' THEN '`applies when tenure >= 1 month`' END AS scm_adoption_reason,
  ci_adoption_status, ci_adoption_value, ci_adoption_band, ci_adoption_points, 0.075e0 AS ci_adoption_weight, ci_adoption_effective_weight, ci_adoption_contribution,
  CASE ci_adoption_status WHEN 'grace' THEN 'in the first 30 days'
    WHEN 'missing' THEN CASE WHEN tenure IS NULL THEN '`account.customer_since`' WHEN builds IS NULL THEN '`usage.builds`'
      WHEN billable IS NULL THEN '`usage.billable_users`' ELSE '`usage.reported_at`' END
    WHEN 'expired' THEN 'older than 60 days'
    WHEN 'not_applicable' THEN '`applies when tenure >= 1 month`' END AS ci_adoption_reason,
  devsecops_adoption_status, devsecops_adoption_value, devsecops_adoption_band, devsecops_adoption_points, 0.075e0 AS devsecops_adoption_weight, devsecops_adoption_effective_weight, devsecops_adoption_contribution,
  CASE devsecops_adoption_status WHEN 'grace' THEN 'in the first 30 days'
    WHEN 'missing' THEN CASE WHEN tenure IS NULL THEN '`account.customer_since`' WHEN plan IS NULL THEN '`subscription.plan`'
      WHEN scanners IS NULL THEN '`usage.scanner_users`' WHEN billable IS NULL THEN '`usage.billable_users`' ELSE '`usage.reported_at`' END
    WHEN 'expired' THEN 'older than 60 days'
    WHEN 'not_applicable' THEN '`applies when tenure >= 1 month and subscription.plan = "ultimate"`' END AS devsecops_adoption_reason,
  cd_adoption_status, cd_adoption_value, cd_adoption_band, cd_adoption_points, 0.075e0 AS cd_adoption_weight, cd_adoption_effective_weight, cd_adoption_contribution,
  CASE cd_adoption_status WHEN 'grace' THEN 'in the first 30 days'
    WHEN 'missing' THEN CASE WHEN tenure IS NULL THEN '`account.customer_since`' WHEN deployers IS NULL THEN '`usage.deploy_users`'
      WHEN billable IS NULL THEN '`usage.billable_users`' ELSE '`usage.reported_at`' END
    WHEN 'expired' THEN 'older than 60 days'
    WHEN 'not_applicable' THEN '`applies when tenure >= 1 month`' END AS cd_adoption_reason,
  product_score, CASE WHEN product_score >= 74.9999999999 THEN 'green' WHEN product_score >= 49.9999999999 THEN 'yellow'
    WHEN product_score IS NOT NULL THEN 'red' END AS product_band,
  CASE WHEN product_share > 0 THEN 0.5e0 / total ELSE 0e0 END AS product_effective_weight, license_utilization_contribution + user_engagement_contribution + scm_adoption_contribution + ci_adoption_contribution + devsecops_adoption_contribution + cd_adoption_contribution AS product_contribution,
  csm_sentiment_status, csm_sentiment_value, csm_sentiment_band, csm_sentiment_points, 0.25e0 AS csm_sentiment_weight, csm_sentiment_effective_weight, csm_sentiment_contribution,
  CASE csm_sentiment_status
    WHEN 'missing' THEN CASE WHEN rating IS NULL THEN '`sentiment.rating`' ELSE '`sentiment.updated_at`' END
    WHEN 'expired' THEN 'older than 120 days'
    WHEN 'not_applicable' THEN '`applies to all except tech_touch`' END AS csm_sentiment_reason,
  csm_sentiment_points AS risk_score,
  csm_sentiment_band AS risk_band,
  CASE WHEN risk_share > 0 THEN 0.25e0 / total ELSE 0e0 END AS risk_effective_weight, csm_sentiment_contribution AS risk_contribution,
  roi_status, roi_band, roi_points, 0.1e0 AS roi_weight, roi_effective_weight, roi_contribution,
  CASE roi_status WHEN 'grace' THEN 'in the first 30 days'
    WHEN 'missing' THEN CASE WHEN priority <> 1 AND owned IS NULL THEN '`account.csm_owned`' WHEN plan_status IS NULL THEN '`success_plan.status`'
      WHEN objectives IS NULL THEN '`success_plan.objectives`' WHEN strategy IS NULL THEN '`success_plan.has_strategy`'
      ELSE '`success_plan.has_highlights`' END
    WHEN 'not_applicable' THEN CASE WHEN level IN ('scale', 'tech_touch') THEN '`applies to all except scale, tech_touch`'
      ELSE '`applies when priority = 1 or (account.csm_owned and status in ("draft", "active"))`' END END AS roi_reason,
  roi_points AS outcomes_score,
  roi_band AS outcomes_band,
  CASE WHEN outcomes_share > 0 THEN 0.1e0 / total ELSE 0e0 END AS outcomes_effective_weight, roi_contribution AS outcomes_contribution,
  support_issues_status, support_issues_value, support_issues_band, support_issues_points, 0.05e0 AS support_issues_weight, support_issues_effective_weight, support_issues_contribution,
  CASE support_issues_status WHEN 'grace' THEN 'in the first 30 days'
    WHEN 'missing' THEN CASE WHEN tickets IS NULL THEN '`support.tickets_last_month`' ELSE '`support.updated_at`' END
    WHEN 'expired' THEN 'older than 30 days'
    WHEN 'scored' THEN CASE WHEN tickets = 0 THEN 'a customer who never writes in is not a sign of health' END END AS support_issues_reason,
  emergency_tickets_status, emergency_tickets_value, emergency_tickets_band, emergency_tickets_points, 0e0 AS emergency_tickets_weight, 0e0 AS emergency_tickets_effective_weight, 0e0 AS emergency_tickets_contribution,
  CASE emergency_tickets_status WHEN 'grace' THEN 'in the first 30 days'
    WHEN 'missing' THEN CASE WHEN emergencies IS NULL THEN '`support.open_emergency_tickets`' WHEN support_age IS NULL THEN '`support.updated_at`'
      ELSE '`support.emergency_closed_at`' END
    WHEN 'expired' THEN 'older than 30 days' END AS emergency_tickets_reason,
  support_issues_points AS voice_score,
  support_issues_band AS voice_band,
  CASE WHEN voice_share > 0 THEN 0.05e0 / total ELSE 0e0 END AS voice_effective_weight, support_issues_contribution AS voice_contribution,
  meeting_cadence_status, meeting_cadence_value, meeting_cadence_band, meeting_cadence_points, 0.05e0 AS meeting_cadence_weight, meeting_cadence_effective_weight, meeting_cadence_contribution,
  CASE meeting_cadence_status WHEN 'grace' THEN 'in the first 30 days'
    WHEN 'missing' THEN '`engagement.last_meeting`'
    WHEN 'invalid' THEN 'the meeting lies in the future'
    WHEN 'not_applicable' THEN CASE WHEN level IN ('scale', 'tech_touch') THEN '`applies to all except scale, tech_touch`'
      ELSE '`applies when priority in (1, 2)`' END END AS meeting_cadence_reason,
  persona_engagement_status, persona_engagement_band, persona_engagement_points, 0.05e0 AS persona_engagement_weight, persona_engagement_effective_weight, persona_engagement_contribution,
  CASE persona_engagement_status WHEN 'grace' THEN 'in the first 30 days'
    WHEN 'missing' THEN '`timeline`'
    WHEN 'not_applicable' THEN '`applies to all except growth, scale, tech_touch`' END AS persona_engagement_reason,
  engagement_score, CASE WHEN engagement_score >= 74.9999999999 THEN 'green' WHEN engagement_score >= 49.9999999999 THEN 'yellow'
    WHEN engagement_score IS NOT NULL THEN 'red' END AS engagement_band,
  CASE WHEN engagement_share > 0 THEN 0.1e0 / total ELSE 0e0 END AS engagement_effective_weight, meeting_cadence_contribution + persona_engagement_contribution AS engagement_contribution
FROM carded
