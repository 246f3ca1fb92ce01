"""The functions that row policies ask: who is it, and which patients are theirs?

All are STABLE and SECURITY DEFINER with a fixed search path, EXECUTE is theirs alone
to give, and each returns one array that PostgreSQL computes once per statement.
"""

SCHEMA = """
CREATE SCHEMA IF NOT EXISTS app;
CREATE TABLE app.identity_key (
  name text PRIMARY KEY, inner_pad bytea NOT NULL, outer_pad bytea NOT NULL
);
CREATE FUNCTION app.identity() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
DECLARE
  ctx text := nullif(current_setting('app.ctx', true), '');
  said text; k app.identity_key;
BEGIN
  IF ctx IS NULL OR length(ctx) < 66 THEN RETURN NULL; END IF;
  said := left(ctx, length(ctx) - 65);
  FOR k IN SELECT * FROM app.identity_key LOOP
    IF encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(said, 'UTF8'))),
              'hex') = right(ctx, 64) THEN RETURN said; END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE FUNCTION app.person_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
  SELECT CASE WHEN split_part(i, '|', 1) = 'person'
         THEN split_part(i, '|', 2)::uuid END FROM app.identity() AS i
$$;
CREATE FUNCTION app.second_factor() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
  SELECT coalesce(split_part(i, '|', 1) = 'person' AND split_part(i, '|', 3) = '2', false)
  FROM app.identity() AS i
$$;
CREATE FUNCTION app.system_name() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
  SELECT CASE WHEN split_part(i, '|', 1) = 'system'
         THEN split_part(i, '|', 2) END FROM app.identity() AS i
$$;
CREATE FUNCTION app.link_ids(act text) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS $$
  SELECT CASE WHEN split_part(i, '|', 1) = 'link' AND split_part(i, '|', 3) = act
         THEN ARRAY[split_part(i, '|', 2)::uuid] ELSE '{}'::uuid[] END
  FROM app.identity() AS i
$$;
CREATE FUNCTION app.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = app, pg_temp AS $$
BEGIN
  IF current_user = 'careplan_erase' AND TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RAISE EXCEPTION '% is added to, never changed', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
GRANT USAGE ON SCHEMA app TO careplan_app, careplan_erase, careplan_backup;
"""

# A clinician without the second factor, or suspended, has no patients at all.
TEAM_FUNCTIONS = """
CREATE FUNCTION app.own_ids() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
  SELECT coalesce(array_agg(p.id), '{}') FROM patients_patient p
  JOIN patients_user u ON u.id = p.user_id
  WHERE p.user_id = app.person_id() AND u.is_active
$$;
CREATE FUNCTION app.memberships() RETURNS SETOF patients_careteammember
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
  SELECT m.* FROM patients_careteammember m JOIN patients_user u ON u.id = m.user_id
  WHERE m.user_id = app.person_id() AND m.state = 'active' AND u.is_active
    AND (m.role = 'supporter' OR app.second_factor())
$$;
CREATE FUNCTION app.member_ids() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
  SELECT coalesce(array_agg(m.patient_id), '{}') FROM app.memberships() m
$$;
CREATE FUNCTION app.visible_ids(topic text) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
  SELECT coalesce(array_agg(m.patient_id), '{}') FROM app.memberships() m
  WHERE topic = ANY(m.topics)
$$;
CREATE FUNCTION app.role_ids(wanted text, topic text) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
  SELECT coalesce(array_agg(m.patient_id), '{}') FROM app.memberships() m
  WHERE topic = ANY(m.topics)
    AND (m.role = wanted OR (wanted = 'clinician' AND m.role <> 'supporter'))
$$;
CREATE FUNCTION app.keep_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
  PERFORM set_config('app.migrating', 'on', true);
  IF NEW.member_id IS NULL THEN
    UPDATE patients_patient SET clinicians_may_talk = NEW.granted
    WHERE id = NEW.patient_id AND NEW.topic = 'talk';
  ELSE
    UPDATE patients_careteammember
    SET topics = CASE WHEN NEW.granted
      THEN array_append(array_remove(topics, NEW.topic), NEW.topic)
      ELSE array_remove(topics, NEW.topic) END
    WHERE id = NEW.member_id AND patient_id = NEW.patient_id;
  END IF;
  PERFORM set_config('app.migrating', '', true);
  RETURN NEW;
END $$;
CREATE TRIGGER keep_consent AFTER INSERT ON patients_consent
  FOR EACH ROW EXECUTE FUNCTION app.keep_consent();
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app TO careplan_app, careplan_erase;
"""

# A row may not be filed under one patient and a team member of another.
SAME_PATIENT = """
ALTER TABLE patients_careteammember ADD CONSTRAINT member_of_patient UNIQUE (id, patient_id);
ALTER TABLE patients_consent ADD CONSTRAINT consent_same_patient
  FOREIGN KEY (member_id, patient_id) REFERENCES patients_careteammember (id, patient_id);
"""
