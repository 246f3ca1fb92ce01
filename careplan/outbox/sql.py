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
# there was such a message, and what kind of channel it was. (As it was at first: what
# holds now is STOP_EVERY_KIND.)
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

# A message about several things is stopped for each of them; one that waits is taken
# back when all it is about was stopped, and not when it also tells of something else.
STOP_EVERY_KIND = """
CREATE FUNCTION app.kinds_of(m outbox_message) RETURNS text[] LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT array_append(ARRAY(SELECT substr(tag, 6) FROM unnest(m.about) AS tag
    WHERE tag LIKE 'kind:%'), m.kind::text)
$$;
CREATE OR REPLACE FUNCTION app.stop_messages(message uuid, at timestamptz)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, app, pg_temp AS $$
DECLARE m outbox_message;
BEGIN
  PERFORM set_config('app.migrating', 'on', true);
  SELECT * INTO m FROM outbox_message
  WHERE id = message AND stoppable AND recipient_id IS NOT NULL;
  IF FOUND THEN
    INSERT INTO outbox_optout (id, created_at, user_id, channel, kind)
    SELECT gen_random_uuid(), at, m.recipient_id, m.channel, stopped
    FROM unnest(app.kinds_of(m)) AS stopped
    ON CONFLICT DO NOTHING;
    UPDATE outbox_message w SET cancelled_at = at, because = 'stopped by the person',
      state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
      finished_at = CASE WHEN state = 'queued' THEN at ELSE NULL END
    WHERE recipient_id = m.recipient_id AND channel = m.channel
      AND stoppable AND state IN ('queued', 'sending') AND cancelled_at IS NULL
      AND app.kinds_of(w) <@ app.kinds_of(m);
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

# What is due, in the order of its index. The planner cannot know that row security lets
# this role see every row; left to itself it sorts the whole queue for each batch.
DUE = """
CREATE FUNCTION app.due_messages(
  name text, batch integer, in_flight integer, at timestamptz)
RETURNS SETOF outbox_message LANGUAGE sql VOLATILE ROWS 50
SET search_path = public, app, pg_temp
SET enable_sort = off SET enable_bitmapscan = off SET enable_seqscan = off AS $$
  SELECT m.* FROM outbox_message m
  WHERE m.channel = name AND m.state IN ('queued', 'sending') AND m.wake_at <= at
    AND (SELECT count(*) FROM outbox_message f
         WHERE f.channel = name AND f.state IN ('queued', 'sending')
           AND f.state = 'sending' AND f.wake_at > at) < in_flight
  ORDER BY m.channel, m.wake_at LIMIT batch
  FOR UPDATE SKIP LOCKED
$$;
REVOKE ALL ON FUNCTION app.due_messages(text, integer, integer, timestamptz)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.due_messages(text, integer, integer, timestamptz)
  TO careplan_app;
"""
NOT_DUE = "DROP FUNCTION app.due_messages(text, integer, integer, timestamptz)"
