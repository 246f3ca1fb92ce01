"""What the erasing role needs beside the rows of records: to forget one account."""

from django.db import migrations

# Runs as the tables' owner for one narrow purpose. A person who also works here keeps
# the account; else name, address and every way to sign in go.
FORGET = """
CREATE FUNCTION app.forget_person(person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM patients_patient WHERE user_id = person) THEN
    RAISE EXCEPTION 'this person still keeps a record';
  END IF;
  IF EXISTS (SELECT FROM patients_clinician WHERE user_id = person)
    OR EXISTS (SELECT FROM patients_administrator WHERE user_id = person) THEN
    RETURN;
  END IF;
  DELETE FROM account_emailaddress WHERE user_id = person;
  DELETE FROM mfa_authenticator WHERE user_id = person;
  DELETE FROM usersessions_usersession WHERE user_id = person;
  DELETE FROM patients_device WHERE user_id = person;
  DELETE FROM patients_invitation WHERE invited_by_id = person;
  UPDATE patients_invitation SET email = '' WHERE used_by_id = person;
  UPDATE patients_user SET email = person::text || '@erased.invalid', name = '',
    preferred_name = '', pronouns = '', password = '!', is_active = false
  WHERE id = person;
END $$;
REVOKE ALL ON FUNCTION app.forget_person(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.forget_person(uuid) TO careplan_erase;
"""


class Migration(migrations.Migration):
    dependencies = [("patients", "0005_profile")]

    operations = [
        migrations.RunSQL(FORGET, "DROP FUNCTION app.forget_person(uuid)"),
    ]
