from django.db import migrations

from careplan.outbox import sql


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_messages_by_age")]

    operations = [migrations.RunSQL(sql.DUE, sql.NOT_DUE)]
