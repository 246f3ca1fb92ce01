"""Let the daily emptying of the bin take earlier versions along with their check-in."""

from django.db import migrations

TICK = "(SELECT app.system_name()) = 'tick'"


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_row_security")]

    operations = [
        migrations.RunSQL(
            "GRANT DELETE ON journal_entryversion TO careplan_app;"
            "CREATE POLICY app_deletes ON journal_entryversion FOR DELETE"
            f" TO careplan_app USING ({TICK})",
            "DROP POLICY app_deletes ON journal_entryversion;"
            "REVOKE DELETE ON journal_entryversion FROM careplan_app",
        )
    ]
