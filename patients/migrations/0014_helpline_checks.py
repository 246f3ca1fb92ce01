import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import careplan.common.clock
from careplan.common.rowsecurity import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0013_moves"),
    ]

    operations = [
        migrations.AlterField(
            model_name="activityevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("signed_up", "signed up"),
                    ("new_device", "signed in on a new device"),
                    ("invited", "invited"),
                    ("joined", "accepted an invitation"),
                    ("withdrawn", "withdrew an invitation"),
                    ("suspended", "suspended the account"),
                    ("restored", "restored the account"),
                    ("factor_added", "added a second step"),
                    ("factor_reset", "removed the second step"),
                    ("verified", "verified the profession"),
                    ("successor", "named a successor"),
                    ("practice", "changed practice details"),
                    ("admin_added", "made somebody an administrator"),
                    ("admin_removed", "removed an administrator"),
                    ("closed", "closed the account"),
                    ("helplines", "checked helplines"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="HelplineCheck",
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
                ("helpline", models.CharField(max_length=60)),
                ("checked_at", models.DateTimeField()),
                (
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["helpline", "-checked_at"], name="helpline_checks"
                    )
                ],
            },
        ),
        AppendOnly("patients_helplinecheck"),
    ]
