from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0006_the_run_is_in_the_plan"),
        ("journal", "0004_moments_with_their_check_in"),
    ]

    operations = [
        # As for entries: the tick reads what was told since it last looked, at any size.
        migrations.RunSQL(
            "CREATE INDEX doses_as_told ON journal_doseanswer USING brin (answered_at)",
            "DROP INDEX doses_as_told",
        ),
    ]
