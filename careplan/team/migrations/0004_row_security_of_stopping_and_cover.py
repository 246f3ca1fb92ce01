"""Who reads a notice of stopping, who sees a cover, and what a patient asks its owner."""

from django.db import migrations

from careplan.common.rowsecurity import RowSecurity

# What missed doses told is for those who may see doses; what was said, medicines.
READERS = (
    "((source = 'said' AND patient_id = ANY("
    "(SELECT app.role_ids('clinician', 'medicines'))::uuid[]))"
    " OR (source = 'missed' AND patient_id = ANY("
    "(SELECT app.role_ids('clinician', 'doses'))::uuid[])))"
)
AWAY = "away_id = (SELECT app.person_id())"
COVER = "cover_id = (SELECT app.person_id())"
MINE = "user_id = (SELECT app.person_id())"

# A patient who asks one clinician is read by that clinician, whether or not the
# clinicians may talk with each other: nobody else learns of it through this.
ON_TEAM = "patient_id = ANY((SELECT app.clinical_ids())::uuid[])"
ME = "(SELECT app.person_id())"
ASKED = f"(raised_as = 'patient' AND owner_id = {ME} AND {ON_TEAM})"
ASKED_NOTE = (
    f"({ON_TEAM} AND concern_id IN (SELECT c.id FROM team_concern c"
    f" WHERE c.raised_as = 'patient' AND c.owner_id = {ME}))"
)
ASKED_POLICIES = f"""
CREATE POLICY asked_selects ON team_concern FOR SELECT TO careplan_app USING ({ASKED});
CREATE POLICY asked_updates ON team_concern FOR UPDATE TO careplan_app
  USING ({ASKED}) WITH CHECK ({ASKED});
CREATE POLICY asked_selects ON team_concernnote FOR SELECT TO careplan_app
  USING ({ASKED_NOTE});
CREATE POLICY asked_inserts ON team_concernnote FOR INSERT TO careplan_app
  WITH CHECK ({ASKED_NOTE});
"""
NO_ASKED_POLICIES = """
DROP POLICY asked_inserts ON team_concernnote;
DROP POLICY asked_selects ON team_concernnote;
DROP POLICY asked_updates ON team_concern;
DROP POLICY asked_selects ON team_concern;
"""


class Migration(migrations.Migration):
    dependencies = [("team", "0003_stopping_and_cover")]

    operations = [
        RowSecurity(
            "team_stoppingnotice",
            topic="medicines",
            select=("self",),
            insert=("self",),
            system={"escalate": ("select",)},
            extra={"select": READERS, "update": READERS},
        ),
        RowSecurity(
            "team_coverperiod",
            select=(),
            system={"escalate": ("select",)},
            extra={"select": f"{AWAY} OR {COVER}", "insert": AWAY, "update": AWAY},
        ),
        RowSecurity(
            "team_digesttime",
            select=(),
            system={"escalate": ("select",)},
            extra={"select": MINE, "insert": MINE, "update": MINE},
        ),
        migrations.RunSQL(ASKED_POLICIES, NO_ASKED_POLICIES),
    ]
