"""The second lock on the tables every other policy stands on."""

from django.db import migrations

from careplan.common.rowsecurity import AppendOnly, RowSecurity
from patients import sql

READERS = {
    name: ("select",)
    for name in ("tick", "deliver", "apply", "steps", "escalate", "metrics", "seal")
}
MINE = "user_id = (SELECT app.person_id())"


class Migration(migrations.Migration):
    dependencies = [("patients", "0001_people")]

    operations = [
        migrations.RunSQL(sql.SCHEMA, migrations.RunSQL.noop),
        migrations.RunSQL(sql.SAME_PATIENT, migrations.RunSQL.noop),
        migrations.RunSQL(sql.TEAM_FUNCTIONS, migrations.RunSQL.noop),
        RowSecurity(
            "patients_patient",
            column="id",
            select=("self", "member"),
            update=("self",),
            system={**READERS, "invite": ("select",)},
            extra={"select": MINE, "insert": MINE},
            owner_reads=True,
        ),
        RowSecurity(
            "patients_patientkey",
            select=("self", "member", "link:checkin"),
            insert=("self",),
            system=READERS,
        ),
        RowSecurity(
            "patients_careteammember",
            select=("self", "member"),
            insert=("self",),
            update=("self",),
            system={**READERS, "invite": ("select", "insert")},
            extra={"select": MINE, "update": MINE},
            owner_reads=True,
        ),
        # Who sees what follows from Consent rows alone: the trigger writes `topics`.
        migrations.RunSQL(
            "REVOKE UPDATE ON patients_careteammember FROM careplan_app;"
            "GRANT UPDATE (state, ended_at, ended_by_id)"
            " ON patients_careteammember TO careplan_app",
            migrations.RunSQL.noop,
        ),
        RowSecurity(
            "patients_consent",
            select=("self", "member"),
            insert=("self",),
            system={**READERS, "invite": ("insert",)},
        ),
        AppendOnly("patients_consent"),
        RowSecurity(
            "patients_accessevent",
            select=("self",),
            system={"seal": ("select",)},
            extra={
                "insert": "patient_id = ANY((SELECT app.member_ids())::uuid[])"
                " AND viewer_id = (SELECT app.person_id())"
            },
        ),
        AppendOnly("patients_accessevent"),
    ]
