"""Who may touch a row of the plan, what nobody may change, and rows that must belong
together: the second lock of decisions 11 and 18."""

from django.db import migrations

from careplan.common.rowsecurity import AppendOnly, RowSecurity

# `apply` writes what was agreed, `steps` what a day brings; the rest only read.
WRITES = {
    "apply": ("select", "insert", "update"),
    "steps": ("select", "insert", "update"),
    "tick": ("select",),
}

ITEMS = {
    "plan": ["plan", "practice", "earlysign", "stayingwell", "preference", "approach"],
    "medicines": [
        "medication", "strength", "taperplan", "dosestep", "dosetime", "hold",
    ],
    "therapy": ["therapycourse"],
    "safety": ["safetyplan", "safetyline", "safetyperson"],
}

# A row may not hang under a parent that belongs to another patient.
PARENTS = {
    "planversion": [("plan_id", "plan")],
    "planversionsection": [("version_id", "planversion")],
    "signature": [("version_id", "planversion")],
    "proposal": [("plan_id", "plan")],
    "proposedchange": [("proposal_id", "proposal")],
    "response": [("proposal_id", "proposal")],
    "proposalquestion": [("proposal_id", "proposal")],
    "goalstep": [("goal_id", "goal")],
    "strength": [("medication_id", "medication")],
    "taperplan": [("medication_id", "medication")],
    "dosestep": [("medication_id", "medication"), ("taper_id", "taperplan")],
    "dosetime": [("step_id", "dosestep")],
    "hold": [("medication_id", "medication"), ("step_id", "dosestep")],
    "stockcount": [("medication_id", "medication")],
    "monitoringitem": [("medication_id", "medication")],
    "labresult": [("item_id", "monitoringitem")],
    "therapysession": [("course_id", "therapycourse"), ("visit_id", "visit")],
    "homework": [("course_id", "therapycourse"), ("own_form_id", "homeworkform")],
    "workedmark": [
        ("homework_id", "homework"),
        ("session_id", "therapysession"),
        ("practice_id", "practice"),
    ],
    "sharedsummary": [("course_id", "therapycourse")],
    "agendapoint": [("visit_id", "visit")],
    "safetyline": [("safety_plan_id", "safetyplan")],
    "safetyperson": [("safety_plan_id", "safetyplan")],
}


def ids(topic):
    return f"patient_id = ANY((SELECT app.visible_ids('{topic}'))::uuid[])"


MINE = "patient_id = ANY((SELECT app.own_ids())::uuid[])"
CLINICIAN = "patient_id = ANY((SELECT app.role_ids('clinician', 'plan'))::uuid[])"
EVERY_TOPIC = " AND ".join(
    f"(NOT '{topic}' = ANY(topics) OR {ids(topic)})"
    for topic in ("medicines", "therapy", "safety")
)
READS = f"({MINE} OR ({ids('plan')} AND {EVERY_TOPIC}))"
TAKES_PART = f"({MINE} OR ({CLINICIAN} AND {EVERY_TOPIC}))"
ME = "(SELECT app.person_id())"


def one_patient():
    parents = sorted({parent for rows in PARENTS.values() for _, parent in rows})
    sql = [
        f"ALTER TABLE careplan_{name} ADD CONSTRAINT {name}_id_and_patient"
        " UNIQUE (id, patient_id)"
        for name in parents
    ]
    sql += [
        f"ALTER TABLE careplan_{child} ADD CONSTRAINT {child}_{column}_same_patient"
        f" FOREIGN KEY ({column}, patient_id)"
        f" REFERENCES careplan_{parent} (id, patient_id) DEFERRABLE INITIALLY DEFERRED"
        for child, rows in PARENTS.items()
        for column, parent in rows
    ]
    return ";\n".join(sql)


# The hash under a section is the hash of its bytes; a signature's is its version's;
# a version stands on one that exists.
CHAIN = """
ALTER TABLE careplan_planversionsection ADD CONSTRAINT hash_is_of_the_text
  CHECK (hash = encode(sha256(convert_to(content, 'UTF8')), 'hex'));
ALTER TABLE careplan_planversion ADD CONSTRAINT version_and_hash UNIQUE (id, hash);
ALTER TABLE careplan_signature ADD CONSTRAINT signs_that_hash
  FOREIGN KEY (version_id, hash) REFERENCES careplan_planversion (id, hash)
  DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE careplan_planversion ADD CONSTRAINT stands_on_one_that_exists
  FOREIGN KEY (plan_id, previous_hash) REFERENCES careplan_planversion (plan_id, hash)
"""


def item_policies():
    return [
        RowSecurity(f"careplan_{name}", topic=topic, system=WRITES)
        for topic, names in ITEMS.items()
        for name in names
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("careplan", "0001_plan_tables"),
        ("patients", "0002_row_security"),
    ]

    operations = [
        migrations.RunSQL(one_patient(), migrations.RunSQL.noop),
        migrations.RunSQL(CHAIN, migrations.RunSQL.noop),
        *item_policies(),
        RowSecurity(
            "careplan_planversion",
            topic="plan",
            system={**WRITES, "apply": ("select", "insert"), "steps": ("select",)},
        ),
        AppendOnly("careplan_planversion"),
        RowSecurity(
            "careplan_planversionsection",
            select=("self",),
            system={**WRITES, "apply": ("select", "insert"), "steps": ("select",)},
            extra={
                "select": " OR ".join(
                    f"(topic = '{topic}' AND {ids(topic)})"
                    for topic in ("plan", "medicines", "therapy", "safety")
                )
            },
        ),
        AppendOnly("careplan_planversionsection"),
        RowSecurity(
            "careplan_signature",
            topic="plan",
            system={**WRITES, "apply": ("select", "insert"), "steps": ("select",)},
        ),
        AppendOnly("careplan_signature"),
        # A draft is its writer's alone, the patient's own eyes included.
        RowSecurity(
            "careplan_proposal",
            select=(),
            system=WRITES,
            extra={
                "select": f"({READS} AND (state <> 'draft' OR proposer_id = {ME}))",
                "insert": f"({TAKES_PART} AND proposer_id = {ME})",
                "update": f"({TAKES_PART} AND (state <> 'draft' OR proposer_id = {ME}))",
            },
        ),
        RowSecurity(
            "careplan_proposedchange",
            select=(),
            system=WRITES,
            extra={"select": READS, "insert": TAKES_PART, "delete": TAKES_PART},
        ),
        RowSecurity(
            "careplan_response",
            select=(),
            system=WRITES,
            extra={
                "select": READS,
                "insert": f"({TAKES_PART} AND user_id = {ME})",
                "update": f"({TAKES_PART} AND user_id = {ME})",
            },
        ),
        RowSecurity(
            "careplan_proposalquestion",
            select=(),
            system=WRITES,
            extra={
                "select": READS,
                "insert": f"({TAKES_PART} AND asker_id = {ME})",
                "update": TAKES_PART,
            },
        ),
        RowSecurity(
            "careplan_goal", topic="plan", update=("self",), system=WRITES
        ),
        RowSecurity(
            "careplan_goalstep",
            topic="plan",
            insert=("self",),
            update=("self",),
            system=WRITES,
        ),
        RowSecurity(
            "careplan_stockcount",
            topic="medicines",
            insert=("self",),
            system={"tick": ("select",)},
        ),
        RowSecurity(
            "careplan_allergy",
            topic="medicines",
            insert=("self", "clinician"),
            update=("self", "clinician"),
            system={"apply": ("select",)},
        ),
        RowSecurity(
            "careplan_pastmedicine",
            topic="medicines",
            insert=("self", "prescriber"),
            update=("self", "prescriber"),
            system=WRITES,
        ),
        RowSecurity(
            "careplan_monitoringitem",
            topic="medicines",
            update=("prescriber",),
            system=WRITES,
        ),
        # A therapist sees that a check is due, never its result (N14).
        RowSecurity(
            "careplan_labresult",
            topic="medicines",
            select=("self", "prescriber"),
            insert=("prescriber",),
        ),
        RowSecurity(
            "careplan_visit",
            topic="visits",
            insert=("clinician",),
            update=("clinician",),
            system={**WRITES, "deliver": ("select",)},
        ),
        RowSecurity(
            "careplan_agendapoint",
            topic="visits",
            insert=("self",),
            update=("self", "clinician"),
            delete=("self",),
            system={"tick": ("select",)},
        ),
        RowSecurity(
            "careplan_therapysession",
            topic="therapy",
            insert=("therapist",),
            update=("therapist",),
            system=WRITES,
        ),
        RowSecurity(
            "careplan_homeworkform",
            topic="therapy",
            insert=("therapist",),
            update=("therapist",),
        ),
        RowSecurity(
            "careplan_homework",
            topic="therapy",
            insert=("therapist",),
            update=("self", "therapist"),
            system={"tick": ("select",)},
        ),
        RowSecurity(
            "careplan_workedmark",
            topic="therapy",
            insert=("self",),
            update=("self", "therapist"),
        ),
        # The prescriber reads it only when the patient lets her clinicians talk (P9).
        RowSecurity(
            "careplan_sharedsummary",
            topic="therapy",
            select=("self", "therapist"),
            insert=("therapist",),
            extra={
                "select": f"({ids('therapy')} AND EXISTS (SELECT FROM patients_patient p"
                " WHERE p.id = patient_id AND p.clinicians_may_talk))"
            },
        ),
        RowSecurity(
            "careplan_medicineworry",
            topic="therapy",
            insert=("self", "therapist"),
            update=("self", "therapist"),
        ),
        RowSecurity(
            "careplan_pasttherapy",
            topic="therapy",
            insert=("self", "therapist"),
            update=("self", "therapist"),
            system=WRITES,
        ),
    ]
