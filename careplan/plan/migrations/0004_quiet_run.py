"""After how many check-ins without an answer somebody gets a task, and who (Q5)."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("careplan", "0003_ties_forms_intervals")]

    operations = [
        migrations.AddField(
            "plan",
            "quiet_run",
            models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            "plan",
            "quiet_run_owner",
            models.CharField(blank=True, default="", max_length=12),
        ),
        migrations.AddConstraint(
            "plan",
            models.CheckConstraint(
                condition=Q(quiet_run__isnull=True, quiet_run_owner="")
                | Q(
                    quiet_run__range=(2, 30),
                    quiet_run_owner__in=("therapist", "prescriber"),
                ),
                name="quiet_run_has_an_owner",
            ),
        ),
    ]
