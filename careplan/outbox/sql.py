"""Functions in PostgreSQL: what a caller may do to messages it must not read."""

# Whoever ends a consent or stops a medicine takes back messages of other people.
CANCEL = """
CREATE FUNCTION app.cancel_messages(tag text, why text, at timestamptz)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, app, pg_temp AS $$
DECLARE found integer;
BEGIN
  IF app.identity() IS NULL THEN RETURN 0; END IF;
  PERFORM set_config('app.migrating', 'on', true);
  UPDATE outbox_message SET cancelled_at = at, because = why,
    state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
    finished_at = CASE WHEN state = 'queued' THEN at ELSE NULL END
  WHERE about @> ARRAY[tag::varchar] AND state IN ('queued', 'sending')
    AND cancelled_at IS NULL;
  GET DIAGNOSTICS found = ROW_COUNT;
  PERFORM set_config('app.migrating', '', true);
  RETURN found;
END $$;
"""

# One click, no sign-in: the caller has checked the link's secret. Says only whether
# there was such a message, and what kind of channel it was.
STOP = """
CREATE FUNCTION app.stop_messages(message uuid, at timestamptz)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, app, pg_temp AS $$
DECLARE m outbox_message;
BEGIN
  PERFORM set_config('app.migrating', 'on', true);
  SELECT * INTO m FROM outbox_message
  WHERE id = message AND stoppable AND recipient_id IS NOT NULL;
  IF FOUND THEN
    INSERT INTO outbox_optout (id, created_at, user_id, channel, kind)
    VALUES (gen_random_uuid(), at, m.recipient_id, m.channel, m.kind)
    ON CONFLICT DO NOTHING;
    UPDATE outbox_message SET cancelled_at = at, because = 'stopped by the person',
      state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
      finished_at = CASE WHEN state = 'queued' THEN at ELSE NULL END
    WHERE recipient_id = m.recipient_id AND channel = m.channel AND kind = m.kind
      AND stoppable AND state IN ('queued', 'sending') AND cancelled_at IS NULL;
  END IF;
  PERFORM set_config('app.migrating', '', true);
  RETURN m.channel;
END $$;
"""

GRANTS = """
REVOKE ALL ON FUNCTION app.cancel_messages(text, text, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION app.stop_messages(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.cancel_messages(text, text, timestamptz) TO careplan_app;
GRANT EXECUTE ON FUNCTION app.stop_messages(uuid, timestamptz) TO careplan_app;
"""
