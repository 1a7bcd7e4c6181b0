-- The workload written out by hand for DuckDB: score and band of every account and nothing else.
-- $SOURCE is a relation of accounts, $AS_OF the day. Nothing is checked: documents may be assumed to have no faults.
WITH account AS (
  SELECT
    id,
    account.service_level AS level,
    coalesce(account.csm_priority, 3) AS priority,
    account.csm_owned AS owned,
    account.customer_since AS since,
    subscription.plan AS plan,
    subscription.licensed_users AS licensed,
    usage.deployment AS deployment,
    CASE WHEN $AS_OF - usage.reported_at <= 60 THEN usage.billable_users END AS users,
    usage.active_users AS active,
    usage.git_users AS git,
    usage.builds AS builds,
    usage.scanner_users AS scanners,
    usage.deploy_users AS deployers,
    CASE WHEN account.service_level <> 'tech_touch' AND $AS_OF - sentiment.updated_at <= 120 THEN sentiment.rating END AS rating,
    CASE WHEN $AS_OF - support.updated_at <= 30 THEN support.tickets_last_month END AS tickets,
    success_plan.status AS plan_status,
    success_plan.objectives AS objectives,
    success_plan.has_strategy AS strategy,
    success_plan.has_highlights AS highlights,
    $AS_OF - engagement.last_meeting AS meeting_age,
    CASE WHEN account.service_level = 'high_touch' THEN timeline END AS timeline,
    coalesce($AS_OF - account.customer_since >= 30, true) AS counts,
    (year($AS_OF) - year(account.customer_since)) * 12 + month($AS_OF) - month(account.customer_since)
      - CASE WHEN day($AS_OF) < day(account.customer_since) THEN 1 ELSE 0 END AS tenure
  FROM $SOURCE
),
shares AS (
  SELECT
    *,
    CASE WHEN tenure >= 2 THEN users / nullif(licensed, 0) END AS licenses,
    CASE WHEN deployment = 'self_managed' THEN active / nullif(users, 0) END AS engagement,
    CASE WHEN tenure >= 1 THEN git / nullif(users, 0) END AS scm,
    CASE WHEN tenure >= 1 THEN builds / nullif(users, 0) END AS ci,
    CASE WHEN tenure >= 1 AND plan = 'ultimate' THEN scanners / nullif(users, 0) END AS devsecops,
    CASE WHEN tenure >= 1 THEN deployers / nullif(users, 0) END AS cd,
    level NOT IN ('scale', 'tech_touch') AS managed,
    list_contains(list_transform(timeline, lambda e: e.date BETWEEN $AS_OF - INTERVAL 3 MONTH AND $AS_OF
      AND list_contains(e.external_roles, 'Dev Lead')), true) AS dev,
    list_contains(list_transform(timeline, lambda e: e.date BETWEEN $AS_OF - INTERVAL 3 MONTH AND $AS_OF
      AND list_contains(e.external_roles, 'Security Lead')), true) AS security
  FROM account
),
points AS (
  SELECT
    id,
    rating,
    CASE rating WHEN 'green' THEN 87.5e0 WHEN 'yellow' THEN 62.5e0 WHEN 'red' THEN 25e0 END AS risk,
    CASE WHEN NOT counts OR licenses IS NULL THEN NULL
         WHEN tenure < 6 THEN CASE WHEN licenses < 0.0999999999 THEN 25e0 WHEN licenses <= 0.5000000001 THEN 62.5e0 ELSE 87.5e0 END
         WHEN tenure < 9 THEN CASE WHEN licenses <= 0.5000000001 THEN 25e0 WHEN licenses <= 0.7500000001 THEN 62.5e0 ELSE 87.5e0 END
         WHEN licenses <= 0.7500000001 THEN 25e0
         ELSE 87.5e0 END AS licenses,
    CASE WHEN NOT counts OR engagement IS NULL THEN NULL WHEN engagement < 0.4999999999 THEN 25e0
         WHEN engagement < 0.7999999999 THEN 62.5e0 ELSE 87.5e0 END AS engagement,
    CASE WHEN NOT counts OR scm IS NULL THEN NULL WHEN scm <= 0.1000000001 THEN 25e0
         WHEN scm <= 0.3300000001 THEN 62.5e0 ELSE 87.5e0 END AS scm,
    CASE WHEN NOT counts OR ci IS NULL THEN NULL WHEN ci <= 2.0000000001 THEN 25e0
         WHEN ci <= 40.0000000001 THEN 62.5e0 ELSE 87.5e0 END AS ci,
    CASE WHEN NOT counts OR devsecops IS NULL THEN NULL WHEN devsecops <= 0.0500000001 THEN 25e0
         WHEN devsecops < 0.1999999999 THEN 62.5e0 ELSE 87.5e0 END AS devsecops,
    CASE WHEN NOT counts OR cd IS NULL THEN NULL WHEN cd < 0.0499999999 THEN 25e0
         WHEN cd <= 0.1200000001 THEN 62.5e0 ELSE 87.5e0 END AS cd,
    CASE WHEN NOT (counts AND managed) OR NOT coalesce(priority = 1 OR owned, false) OR priority <> 1 AND plan_status = 'closed' THEN NULL
         WHEN plan_status = 'draft' THEN 62.5e0
         WHEN plan_status = 'closed' OR plan_status = 'active' AND objectives = 0 THEN 25e0
         WHEN plan_status IS NULL OR objectives IS NULL THEN NULL
         WHEN strategy OR highlights THEN 87.5e0
         WHEN strategy IS NULL OR highlights IS NULL THEN NULL
         ELSE 62.5e0 END AS outcomes,
    CASE WHEN NOT counts OR tickets IS NULL THEN NULL WHEN tickets = 0 THEN 62.5e0 WHEN tickets <= 5 THEN 87.5e0
         WHEN tickets <= 15 THEN 62.5e0 ELSE 25e0 END AS voice,
    CASE WHEN NOT (counts AND managed) OR priority = 3 OR meeting_age IS NULL OR meeting_age < 0 THEN NULL
         WHEN meeting_age <= CASE priority WHEN 1 THEN 35 ELSE 65 END THEN 87.5e0
         WHEN meeting_age <= CASE priority WHEN 1 THEN 60 ELSE 90 END THEN 62.5e0
         ELSE 25e0 END AS meetings,
    CASE WHEN NOT counts OR timeline IS NULL THEN NULL WHEN dev AND security THEN 87.5e0 WHEN dev OR security THEN 62.5e0
         ELSE 25e0 END AS personas
  FROM shares
),
parts AS (
  SELECT
    *,
    CASE WHEN licenses IS NULL THEN 0e0 ELSE 0.3e0 END + CASE WHEN engagement IS NULL THEN 0e0 ELSE 0.1e0 END
      + CASE WHEN scm IS NULL THEN 0e0 ELSE 0.15e0 END + CASE WHEN ci IS NULL THEN 0e0 ELSE 0.15e0 END
      + CASE WHEN devsecops IS NULL THEN 0e0 ELSE 0.15e0 END + CASE WHEN cd IS NULL THEN 0e0 ELSE 0.15e0 END AS product_share,
    0.3e0 * coalesce(licenses, 0) + 0.1e0 * coalesce(engagement, 0) + 0.15e0 * coalesce(scm, 0) + 0.15e0 * coalesce(ci, 0)
      + 0.15e0 * coalesce(devsecops, 0) + 0.15e0 * coalesce(cd, 0) AS product,
    CASE WHEN meetings IS NULL THEN personas WHEN personas IS NULL THEN meetings
         ELSE 0.5e0 * meetings + 0.5e0 * personas END AS contact
  FROM points
),
scored AS (
  SELECT
    id,
    rating,
    (CASE WHEN product_share > 0 THEN 0.5e0 * product / product_share ELSE 0e0 END + 0.25e0 * coalesce(risk, 0)
      + 0.1e0 * coalesce(outcomes, 0) + 0.05e0 * coalesce(voice, 0) + 0.1e0 * coalesce(contact, 0))
    / nullif(CASE WHEN product_share > 0 THEN 0.5e0 ELSE 0e0 END + CASE WHEN risk IS NULL THEN 0e0 ELSE 0.25e0 END
      + CASE WHEN outcomes IS NULL THEN 0e0 ELSE 0.1e0 END + CASE WHEN voice IS NULL THEN 0e0 ELSE 0.05e0 END
      + CASE WHEN contact IS NULL THEN 0e0 ELSE 0.1e0 END, 0) AS score
  FROM parts
)
SELECT
  id,
  score,
  CASE WHEN rating = 'red' THEN 'red' WHEN score >= 74.9999999999 THEN 'green' WHEN score >= 49.9999999999 THEN 'yellow'
       WHEN score IS NOT NULL THEN 'red' END AS band
FROM scored
