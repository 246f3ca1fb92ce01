"""What the erasing role clears every day, and a fuller forgetting of one account (E5)."""

from django.db import migrations

SWEPT = (
    "django_session, usersessions_usersession, patients_cache, patients_invitation,"
    " patients_device, patients_activityevent, patients_termsanswer"
)
GRANTS = f"""
GRANT SELECT, DELETE ON {SWEPT} TO careplan_erase;
GRANT SELECT (id, email) ON patients_user TO careplan_erase;
"""
# As in 0006, and: the invitation that brought the person here, zone, language, dates.
FORGET = """
CREATE OR REPLACE FUNCTION app.forget_person(person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM patients_patient WHERE user_id = person) THEN
    RAISE EXCEPTION 'this person still keeps a record';
  END IF;
  IF EXISTS (SELECT FROM patients_clinician WHERE user_id = person)
    OR EXISTS (SELECT FROM patients_administrator WHERE user_id = person) THEN
    RETURN;
  END IF;
  DELETE FROM account_emailconfirmation WHERE email_address_id IN
    (SELECT id FROM account_emailaddress WHERE user_id = person);
  DELETE FROM account_emailaddress WHERE user_id = person;
  DELETE FROM mfa_authenticator WHERE user_id = person;
  DELETE FROM usersessions_usersession WHERE user_id = person;
  DELETE FROM patients_device WHERE user_id = person;
  DELETE FROM patients_invitation WHERE invited_by_id = person
    OR used_by_id = person
    OR lower(email) = (SELECT lower(u.email) FROM patients_user u WHERE u.id = person);
  UPDATE patients_user SET email = person::text || '@erased.invalid', name = '',
    preferred_name = '', pronouns = '', password = '!', is_active = false,
    time_zone = 'UTC', language = 'en', last_login = NULL, suspended_at = NULL
  WHERE id = person;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0016_nobody_puts_themselves_back"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            GRANTS,
            f"REVOKE SELECT, DELETE ON {SWEPT} FROM careplan_erase;"
            "REVOKE SELECT (id, email) ON patients_user FROM careplan_erase",
        ),
        # The older body forgets less, and nothing calls for it back.
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
    ]
