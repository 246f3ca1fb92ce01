from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("checkins", "0002_adaptive"),
        ("journal", "0002_row_security"),
    ]

    operations = [
        # The tick asks what was written since it last looked, at any size of the
        # journal; entries come in the order of time, so a BRIN index is nearly free.
        migrations.RunSQL(
            "CREATE INDEX entries_as_written ON journal_entry USING brin (written_at)",
            "DROP INDEX entries_as_written",
        ),
    ]
