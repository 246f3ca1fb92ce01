"""The run of missed check-ins after which somebody is told is agreed in the plan (Q5).

What stood here was one person's own setting and nobody's agreement, so it is not
carried over: it has to be suggested and agreed.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0005_due_in_order"),
        ("careplan", "0004_quiet_run"),
    ]

    operations = [
        migrations.RemoveConstraint("schedule", "told_after_two_to_thirty"),
        migrations.RemoveField("schedule", "tell_after"),
    ]
