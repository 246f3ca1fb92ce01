"""The one function that knows what a link is before anybody is signed in."""

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
