"""What a sign is tied to by name, forms that retire, the day an interval was agreed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("careplan", "0002_plan_locks")]

    operations = [
        migrations.AddField(
            "earlysign", "tied_name", models.CharField(blank=True, max_length=80)
        ),
        migrations.AddField(
            "homeworkform", "retired_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            "plan", "therapist_every_since", models.DateField(blank=True, null=True)
        ),
        migrations.AddField(
            "plan", "prescriber_every_since", models.DateField(blank=True, null=True)
        ),
    ]
