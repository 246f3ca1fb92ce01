from django.db import migrations

# Who asks, whether they proved it twice and which of their posts are open are asked
# once. `app.second_factor()` and the joins stood in the condition of each membership:
# for a clinician with five hundred people they cost 30 ms a table and statement.
AT_ONCE = """
CREATE OR REPLACE FUNCTION app.memberships() RETURNS SETOF patients_careteammember
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
  SELECT m.* FROM patients_careteammember m
  WHERE m.state = 'active' AND m.user_id =
      (SELECT u.id FROM patients_user u WHERE u.id = app.person_id() AND u.is_active)
    AND (m.role = 'supporter' OR (SELECT app.second_factor()))
    AND (m.clinician_id IS NULL OR m.clinician_id = ANY(ARRAY(
      SELECT c.id FROM patients_clinician c
      WHERE c.user_id = (SELECT app.person_id()) AND c.suspended_at IS NULL)))
$$;
-- Hardly anybody reads in an emergency: only who does is asked where they work.
CREATE OR REPLACE FUNCTION app.emergency_ids() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
  SELECT CASE WHEN EXISTS (
      SELECT FROM patients_emergencyaccess e WHERE e.user_id = app.person_id()
        AND e.closed_at IS NULL AND e.ends_at > now())
    THEN (
      SELECT coalesce(array_agg(e.patient_id), '{}') FROM patients_emergencyaccess e
      JOIN app.clinical_places() m ON m.id = e.member_id
      WHERE e.user_id = app.person_id() AND e.closed_at IS NULL AND e.ends_at > now())
    ELSE '{}'::uuid[] END
$$
"""
BY_ROW = """
CREATE OR REPLACE FUNCTION app.memberships() RETURNS SETOF patients_careteammember
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
  SELECT m.* FROM patients_careteammember m
  JOIN patients_user u ON u.id = m.user_id
  LEFT JOIN patients_clinician c ON c.id = m.clinician_id
  WHERE m.user_id = app.person_id() AND m.state = 'active' AND u.is_active
    AND c.suspended_at IS NULL
    AND (m.role = 'supporter' OR app.second_factor())
$$;
CREATE OR REPLACE FUNCTION app.emergency_ids() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
  SELECT coalesce(array_agg(e.patient_id), '{}') FROM patients_emergencyaccess e
  JOIN app.clinical_places() m ON m.id = e.member_id
  WHERE e.user_id = app.person_id() AND e.closed_at IS NULL AND e.ends_at > now()
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0014_helpline_checks"),
    ]

    operations = [migrations.RunSQL(AT_ONCE, BY_ROW)]
