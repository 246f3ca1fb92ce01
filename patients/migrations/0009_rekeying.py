"""The one thing a change of the service's key may touch: the patients' sealed keys."""

from django.db import migrations

IS_REKEY = "(SELECT app.system_name()) = 'rekey'"
TABLE = "patients_patientkey"


class Migration(migrations.Migration):
    dependencies = [("patients", "0008_change_history")]

    operations = [
        migrations.RunSQL(
            f"CREATE POLICY rekey_reads ON {TABLE} FOR SELECT TO careplan_app"
            f" USING ({IS_REKEY});"
            f"CREATE POLICY rekey_seals ON {TABLE} FOR UPDATE TO careplan_app"
            f" USING ({IS_REKEY}) WITH CHECK ({IS_REKEY});"
            f"GRANT UPDATE (sealed) ON {TABLE} TO careplan_app",
            f"DROP POLICY rekey_reads ON {TABLE}; DROP POLICY rekey_seals ON {TABLE}",
        ),
    ]
