"""A bookmark stands in a thread of one's own team: none is planted elsewhere."""

from django.db import migrations

MINE = "user_id = (SELECT app.person_id())"
HERE = (
    f"{MINE} AND (patient_id = ANY((SELECT app.own_ids())::uuid[])"
    " OR patient_id = ANY((SELECT app.clinical_ids())::uuid[]))"
)
CHECKS = """
ALTER POLICY app_inserts ON team_readupto WITH CHECK ({check});
ALTER POLICY app_updates ON team_readupto WITH CHECK ({check})
"""


class Migration(migrations.Migration):
    dependencies = [("team", "0005_concern_second_ground")]

    operations = [
        migrations.RunSQL(CHECKS.format(check=HERE), CHECKS.format(check=MINE)),
    ]
