"""Functions in PostgreSQL: what a link is before anybody is signed in; what is due."""

# Hash -> patient, act, expiry (decisions 19), and what is needed to write one answer
# down: zone, scale, country. None of it is shown. The act then runs as that patient's
# link and may do that act alone.
RESOLVE_LINK = """
CREATE FUNCTION app.resolve_link(hashed text)
RETURNS TABLE (patient_id uuid, act text, expires_at timestamptz, prompt_id uuid,
               used_at timestamptz, kind text, user_id uuid, zone text, scale text,
               country text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
  SELECT p.patient_id, 'checkin', p.due_at + interval '24 hours', p.id, p.link_used_at,
    p.kind, r.user_id, r.time_zone, r.mood_scale, r.country
  FROM checkins_prompt p JOIN patients_patient r ON r.id = p.patient_id
  JOIN patients_user u ON u.id = r.user_id
  WHERE p.link_hash = hashed AND u.is_active AND r.closed_at IS NULL
$$;
REVOKE ALL ON FUNCTION app.resolve_link(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.resolve_link(text) TO careplan_app;
"""

# What is due, in the order of its index. The planner cannot know that row security lets
# the tick see every row; left to itself it sorts all that is due for each thousand.
DUE = """
CREATE FUNCTION app.due_schedules(batch integer, at timestamptz)
RETURNS SETOF checkins_schedule LANGUAGE sql VOLATILE ROWS 1000
SET search_path = public, app, pg_temp
SET enable_sort = off SET enable_bitmapscan = off SET enable_seqscan = off AS $$
  SELECT s.* FROM checkins_schedule s WHERE s.next_due_at <= at
  ORDER BY s.next_due_at, s.patient_id LIMIT batch
  FOR UPDATE SKIP LOCKED
$$;
REVOKE ALL ON FUNCTION app.due_schedules(integer, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.due_schedules(integer, timestamptz) TO careplan_app;
"""
NOT_DUE = "DROP FUNCTION app.due_schedules(integer, timestamptz)"
