"""Let the figures of a practice be counted: scores and visits, read by no person.

`system("metrics")` names nobody; what it gives is hidden below ten people (V11).
"""

from django.db import migrations

COUNTED = ("journal_measureresponse", "careplan_visit")
POLICY = """
CREATE POLICY metrics_counts ON {table} FOR SELECT TO careplan_app
USING ((SELECT app.system_name()) = 'metrics')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0001_marks_and_decisions"),
        ("journal", "0002_row_security"),
        ("careplan", "0002_plan_locks"),
    ]
    operations = [
        migrations.RunSQL(
            POLICY.format(table=table), f"DROP POLICY metrics_counts ON {table}"
        )
        for table in COUNTED
    ]
