"""Tie a key moment to the check-in it was written in, and let the tick ask again.

A moment written in a check-in shares its privacy and its bin. The tick sees when a
safety moment was opened, to ask again within 24 to 72 hours (clinical.md 9); the
words of it stay sealed.
"""

import django.db.models.deletion
from django.db import migrations, models

TICK = "(SELECT app.system_name()) = 'tick'"


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_empty_the_bin")]

    operations = [
        migrations.AddField(
            model_name="lifeevent",
            name="entry",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="journal.entry",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE journal_lifeevent ADD CONSTRAINT"
            " lifeevent_entry_id_same_patient FOREIGN KEY (entry_id, patient_id)"
            " REFERENCES journal_entry (id, patient_id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE journal_lifeevent DROP CONSTRAINT"
            " lifeevent_entry_id_same_patient",
        ),
        migrations.RunSQL(
            "CREATE POLICY tick_asks_again ON journal_safetymoment FOR SELECT"
            f" TO careplan_app USING ({TICK})",
            "DROP POLICY tick_asks_again ON journal_safetymoment",
        ),
    ]
