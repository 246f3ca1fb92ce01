import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import careplan.common.clock
import patients.sealed
from careplan.common.rowsecurity import AppendOnly, RowSecurity

# Whoever holds a copy may open it while they may work here; it opens nothing else.
FUNCTIONS = """
CREATE FUNCTION app.kept_ids() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
  SELECT coalesce(array_agg(k.patient_id), '{}') FROM patients_keptcopy k
  JOIN patients_careteammember m ON m.id = k.member_id
  JOIN patients_user u ON u.id = k.user_id
  LEFT JOIN patients_clinician c ON c.id = m.clinician_id
  WHERE k.user_id = app.person_id() AND app.second_factor() AND u.is_active
    AND c.suspended_at IS NULL
$$;
-- Whoever is forgotten gets no message, has no number, and no device is known.
CREATE FUNCTION app.forget_ways(person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM patients_patient WHERE user_id = person)
    OR EXISTS (SELECT FROM patients_clinician WHERE user_id = person)
    OR EXISTS (SELECT FROM patients_administrator WHERE user_id = person) THEN
    RETURN;
  END IF;
  PERFORM set_config('app.migrating', 'on', true);
  DELETE FROM outbox_message WHERE recipient_id = person;
  DELETE FROM outbox_channeladdress WHERE user_id = person;
  DELETE FROM outbox_pushsubscription WHERE user_id = person;
  DELETE FROM outbox_optout WHERE user_id = person;
  PERFORM set_config('app.migrating', '', true);
END $$;
REVOKE ALL ON FUNCTION app.forget_ways(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.forget_ways(uuid) TO careplan_erase;
-- A row erased before its minute was over must not wait for a seal for ever.
CREATE FUNCTION app.take_from_queue() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$
BEGIN
  DELETE FROM app.seal_queue WHERE event = OLD.id;
  RETURN OLD;
END $$;
CREATE TRIGGER take_from_queue AFTER DELETE ON patients_accessevent
  FOR EACH ROW EXECUTE FUNCTION app.take_from_queue();
REVOKE ALL ON FUNCTION app.kept_ids(), app.take_from_queue() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.kept_ids() TO careplan_app;
ALTER TABLE patients_keptcopy ADD CONSTRAINT copy_same_patient
  FOREIGN KEY (member_id, patient_id)
  REFERENCES patients_careteammember (id, patient_id);
ALTER TABLE patients_successoranswer ADD CONSTRAINT answer_same_patient
  FOREIGN KEY (member_id, patient_id)
  REFERENCES patients_careteammember (id, patient_id);
"""
KEPT = "ANY((SELECT app.kept_ids())::uuid[])"
MINE = f"(user_id = (SELECT app.person_id()) AND patient_id = {KEPT})"
READS = f"""
CREATE POLICY kept_reads ON patients_patientkey FOR SELECT TO careplan_app
  USING (patient_id = {KEPT});
CREATE POLICY kept_notes ON patients_accessevent FOR INSERT TO careplan_app
  WITH CHECK (patient_id = {KEPT} AND viewer_id = (SELECT app.person_id())
    AND through = 'copy');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0012_reply_hours"),
    ]

    operations = [
        migrations.CreateModel(
            name="BroughtIn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=careplan.common.clock.now, editable=False
                    ),
                ),
                ("saved_at", models.DateTimeField()),
                ("called", patients.sealed.SealedText(blank=True, default="")),
                ("content", patients.sealed.SealedText(blank=True, default="")),
                ("digest", models.CharField(max_length=64)),
                ("brought_at", models.DateTimeField(blank=True, null=True)),
                ("counts", models.JSONField(default=dict)),
                (
                    "rows",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("patient", "digest"), name="a_copy_brought_in_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptCopy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=careplan.common.clock.now, editable=False
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("content", patients.sealed.SealedText(blank=True, default="")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="patients.careteammember",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user"], name="copies_of")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("patient", "member"), name="one_copy_of_a_place"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SuccessorAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=careplan.common.clock.now, editable=False
                    ),
                ),
                ("accepted", models.BooleanField()),
                ("answered_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="patients.careteammember",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.clinician",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["patient", "member", "-answered_at"],
                        name="successor_answers",
                    )
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        RowSecurity(
            "patients_keptcopy",
            select=("self",),
            insert=("self",),
            extra={"select": MINE},
            owner_reads=True,
        ),
        AppendOnly("patients_keptcopy"),
        RowSecurity("patients_successoranswer", select=("self",), insert=("self",)),
        AppendOnly("patients_successoranswer"),
        RowSecurity(
            "patients_broughtin",
            select=("self",),
            insert=("self",),
            update=("self",),
            delete=("self",),
        ),
        migrations.RunSQL(READS, migrations.RunSQL.noop),
    ]
