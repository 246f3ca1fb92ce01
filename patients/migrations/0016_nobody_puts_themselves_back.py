"""Somebody on a team may end their own place; only the patient opens it again.

The first policy let a member change their own row to anything: whoever had left could,
by the database alone, have set it back to active.
"""

from django.db import migrations

OWN = "patient_id = ANY((SELECT app.own_ids())::uuid[])"
MINE = "user_id = (SELECT app.person_id())"
CHECK = "ALTER POLICY app_updates ON patients_careteammember WITH CHECK ({})"


class Migration(migrations.Migration):
    dependencies = [("patients", "0015_memberships_at_once")]

    operations = [
        migrations.RunSQL(
            CHECK.format(f"{OWN} OR ({MINE} AND state = 'ended')"),
            CHECK.format(f"{OWN} OR {MINE}"),
        ),
    ]
