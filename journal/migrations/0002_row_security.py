"""Who may touch a row of the journal, and rows that must belong together.

A row in the bin or kept private is nobody's but the patient's (decisions 16), and a
form is the patient's alone until it is sent.
"""

from django.db import migrations

from careplan.common.rowsecurity import AppendOnly, RowSecurity

HIDDEN = "(is_private OR deleted_at IS NOT NULL)"
BIN = {"tick": ("select", "delete")}
LINK = ("self", "link:checkin")
ME = "(SELECT app.person_id())"

# A row may not hang under a parent that belongs to another patient.
PARENTS = {
    "entrynote": [("entry_id", "journal_entry")],
    "entryversion": [("entry_id", "journal_entry")],
    "sleeplog": [("entry_id", "journal_entry")],
    "practicelog": [
        ("entry_id", "journal_entry"),
        ("practice_id", "careplan_practice"),
    ],
    "substancelog": [("entry_id", "journal_entry")],
    "trackervalue": [
        ("entry_id", "journal_entry"),
        ("tracker_id", "journal_tracker"),
    ],
    "insight": [("entry_id", "journal_entry")],
    "homeworkanswer": [("homework_id", "careplan_homework")],
    "doseanswer": [
        ("entry_id", "journal_entry"),
        ("medication_id", "careplan_medication"),
    ],
    "sideeffectreport": [
        ("entry_id", "journal_entry"),
        ("change_medication_id", "careplan_medication"),
    ],
    "sideeffectjudgement": [("report_id", "journal_sideeffectreport")],
    "baselinechecklist": [("medication_id", "careplan_medication")],
    "measureresponse": [("assignment_id", "journal_measureassignment")],
}
OWN_PARENTS = ("entry", "tracker", "sideeffectreport", "measureassignment")


def one_patient():
    sql = [
        f"ALTER TABLE journal_{name} ADD CONSTRAINT journal_{name}_id_and_patient"
        " UNIQUE (id, patient_id)"
        for name in OWN_PARENTS
    ]
    sql += [
        f"ALTER TABLE journal_{child} ADD CONSTRAINT {child}_{column}_same_patient"
        f" FOREIGN KEY ({column}, patient_id) REFERENCES {parent} (id, patient_id)"
        " DEFERRABLE INITIALLY DEFERRED"
        for child, rows in PARENTS.items()
        for column, parent in rows
    ]
    return ";\n".join(sql)


def lines(name, topic, **more):
    """Secure a table of the person's own lines: theirs to write, shared by topic."""
    may = {"insert": ("self",), "update": ("self",), "private": HIDDEN, "system": BIN}
    return RowSecurity(f"journal_{name}", topic=topic, **{**may, **more})


CLINICIAN_MEASURES = "patient_id = ANY((SELECT app.role_ids('clinician', 'measures'))::uuid[])"
CLINICIAN_MOOD = "patient_id = ANY((SELECT app.role_ids('clinician', 'mood'))::uuid[])"
CLINICIAN_EFFECTS = (
    "patient_id = ANY((SELECT app.role_ids('clinician', 'side_effects'))::uuid[])"
)


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0001_journal_tables"),
        ("careplan", "0002_plan_locks"),
        ("patients", "0002_row_security"),
    ]

    operations = [
        migrations.RunSQL(one_patient(), migrations.RunSQL.noop),
        lines("entry", "mood", insert=LINK),
        lines("sideeffectreport", "side_effects", insert=LINK),
        lines("doseanswer", "doses", insert=LINK),
        lines("entrynote", "notes"),
        lines("sleeplog", "mood"),
        lines("practicelog", "mood"),
        lines("trackervalue", "mood"),
        lines("substancelog", "substances"),
        lines("insight", "therapy", update=("self", "therapist")),
        lines("homeworkanswer", "therapy"),
        lines("baselinechecklist", "side_effects", insert=("self", "clinician")),
        lines(
            "measureresponse",
            "measures",
            private="(is_private OR deleted_at IS NOT NULL OR state = 'draft')",
        ),
        # A key moment may be added by a clinician too, in their own name only.
        lines(
            "lifeevent",
            "mood",
            insert=(),
            update=(),
            extra={
                "insert": f"((patient_id = ANY((SELECT app.own_ids())::uuid[])"
                f" OR ({CLINICIAN_MOOD} AND NOT is_private)) AND author_id = {ME})",
                "update": f"(author_id = {ME} AND (patient_id ="
                f" ANY((SELECT app.own_ids())::uuid[]) OR {CLINICIAN_MOOD}))",
            },
        ),
        RowSecurity(
            "journal_tracker",
            topic="mood",
            private="is_private",
            insert=("self",),
            update=("self",),
        ),
        RowSecurity(
            "journal_safetymoment",
            topic="safety",
            private="is_private",
            insert=LINK,
            update=("self",),
        ),
        # Asked for by a clinician, or by the person; whoever sees forms may end one.
        RowSecurity(
            "journal_measureassignment",
            topic="measures",
            update=("self", "clinician"),
            extra={
                "insert": f"(patient_id = ANY((SELECT app.own_ids())::uuid[])"
                f" OR {CLINICIAN_MEASURES}) AND asked_by_id = {ME}",
            },
            system={"tick": ("select",)},
        ),
        # As hidden as the report it is about: the inner SELECT meets its policies.
        RowSecurity(
            "journal_sideeffectjudgement",
            topic="side_effects",
            select=(),
            extra={
                "select": "EXISTS (SELECT 1 FROM journal_sideeffectreport r"
                " WHERE r.id = report_id)",
                "insert": f"{CLINICIAN_EFFECTS} AND user_id = {ME} AND EXISTS"
                " (SELECT 1 FROM journal_sideeffectreport r WHERE r.id = report_id)",
            },
        ),
        AppendOnly("journal_sideeffectjudgement"),
        RowSecurity(
            "journal_entryversion",
            select=("self",),
            insert=("self",),
            system={"tick": ("select",)},
        ),
        RowSecurity(
            "journal_keptform",
            select=("self",),
            insert=LINK,
            update=("self",),
            delete=("self",),
            system=BIN,
        ),
        RowSecurity(
            "journal_checkintiming",
            select=("self",),
            insert=LINK,
            system={"metrics": ("select",)},
        ),
    ]
