"""Who reads what people tell each other."""

from django.db import migrations

from careplan.common.rowsecurity import AppendOnly, RowSecurity

# Patients whose clinicians may talk with each other, for a clinician on the team.
TALKING = """
CREATE FUNCTION app.talking_ids() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
  SELECT coalesce(array_agg(m.patient_id), '{}') FROM app.memberships() m
  JOIN patients_patient p ON p.id = m.patient_id
  WHERE m.role <> 'supporter' AND p.clinicians_may_talk
$$;
CREATE FUNCTION app.clinical_ids() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
  SELECT coalesce(array_agg(m.patient_id), '{}') FROM app.memberships() m
  WHERE m.role <> 'supporter'
$$;
REVOKE ALL ON FUNCTION app.talking_ids(), app.clinical_ids() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.talking_ids(), app.clinical_ids() TO careplan_app;
"""
TALKERS = "patient_id = ANY((SELECT app.talking_ids())::uuid[])"
TEAM = "(kind = 'team' AND patient_id = ANY((SELECT app.clinical_ids())::uuid[]))"
THREAD = f"{TEAM} OR (kind = 'clinicians' AND {TALKERS})"
OWN_TEAM = "(kind = 'team' AND patient_id = ANY((SELECT app.own_ids())::uuid[]))"
MINE = "user_id = (SELECT app.person_id())"
ALL = ("select", "insert", "update")


class Migration(migrations.Migration):
    dependencies = [
        ("team", "0001_conversations_alerts_concerns"),
        ("patients", "0002_row_security"),
    ]

    operations = [
        migrations.RunSQL(TALKING, migrations.RunSQL.noop),
        RowSecurity(
            "team_alert",
            topic="safety",
            select=("self", "clinician"),
            update=("clinician",),
            system={"escalate": ALL, "metrics": ("select",)},
        ),
        RowSecurity(
            "team_alertrecipient",
            topic="safety",
            select=("self", "clinician"),
            system={"escalate": ALL},
        ),
        RowSecurity(
            "team_alertchoice",
            topic="safety",
            select=("self", "clinician"),
            insert=("self",),
            system={"escalate": ("select",)},
        ),
        RowSecurity(
            "team_headsup",
            topic="medicines",
            select=("self", "clinician"),
            insert=("prescriber",),
            system={"apply": ("select", "insert"), "steps": ("insert",)},
        ),
        RowSecurity(
            "team_headsupseen",
            topic="medicines",
            select=("self", "clinician"),
            insert=("clinician",),
            update=("clinician",),
        ),
        RowSecurity(
            "team_concern",
            select=("self",),
            insert=("self",),
            update=("self",),
            system={"apply": ALL, "escalate": ALL},
            extra={"select": TALKERS, "insert": TALKERS, "update": TALKERS},
        ),
        RowSecurity(
            "team_concernnote",
            select=("self",),
            insert=("self",),
            system={"apply": ALL, "escalate": ALL},
            extra={"select": TALKERS, "insert": TALKERS},
        ),
        AppendOnly("team_concernnote"),
        RowSecurity(
            "team_conversation",
            select=("self",),
            extra={
                "select": THREAD,
                "insert": f"{OWN_TEAM} OR {THREAD}",
                "update": f"{OWN_TEAM} OR {THREAD}",
            },
        ),
        RowSecurity(
            "team_post",
            select=("self",),
            extra={"select": THREAD, "insert": f"{OWN_TEAM} OR {THREAD}"},
        ),
        AppendOnly("team_post"),
        RowSecurity(
            "team_readupto",
            select=(),
            extra={"select": MINE, "insert": MINE, "update": MINE},
        ),
    ]
