import uuid

import django.db.models.deletion
from django.db import migrations, models

import careplan.common.clock
from careplan.common.rowsecurity import RowSecurity

# What falls due around today, at any size of the tables it is read from.
INDEXES = {
    "forms_fall_due": "journal_measureassignment (due_on) WHERE ended_at IS NULL",
    "homework_falls_due": "careplan_homework (due_on)"
    " WHERE done_at IS NULL AND ended_at IS NULL",
    "visits_to_come": "careplan_visit (starts_at) WHERE state = 'planned'",
    "steps_to_come": "careplan_dosestep (not_before) WHERE state = 'released'",
    "prompts_of_tasks": "checkins_prompt (schedule_id)"
    " WHERE state = 'asked' AND kind IN ('measure', 'homework')",
}


class Migration(migrations.Migration):

    dependencies = [
        ("checkins", "0003_read_from_the_journal"),
        ("careplan", "0002_plan_locks"),
        ("outbox", "0002_messages_by_age"),
    ]

    operations = [
        migrations.CreateModel(
            name="TeamTold",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=careplan.common.clock.now, editable=False)),
                ("ground", models.CharField(max_length=120)),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="patients.patient")),
            ],
            options={
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("patient", "ground"), name="told_of_once")],
            },
        ),
        RowSecurity(
            "checkins_teamtold",
            select=("self",),
            system={"tick": ("select", "insert")},
        ),
        # The tick makes a schedule for each occasion it finds.
        migrations.RunSQL(
            "CREATE POLICY tick_inserts ON checkins_schedule FOR INSERT"
            " TO careplan_app WITH CHECK ((SELECT app.system_name()) = 'tick')",
            "DROP POLICY tick_inserts ON checkins_schedule",
        ),
        *(
            migrations.RunSQL(
                f"CREATE INDEX {name} ON {rest.replace(' (', ' USING btree (', 1)}",
                f"DROP INDEX {name}",
            )
            for name, rest in INDEXES.items()
        ),
    ]
