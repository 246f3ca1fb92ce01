from django.db import migrations

from careplan.checkins import sql


class Migration(migrations.Migration):
    dependencies = [("checkins", "0004_told_and_occasions")]

    operations = [migrations.RunSQL(sql.DUE, sql.NOT_DUE)]
