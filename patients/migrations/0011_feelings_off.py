"""Let a person switch off a feeling that the check-in asks about (J3)."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0010_emergency_access")]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="feelings_off",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=14),
                blank=True,
                default=list,
                size=None,
            ),
        ),
    ]
