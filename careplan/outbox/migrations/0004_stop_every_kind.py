from django.db import migrations

from careplan.outbox import sql


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_due_in_order")]

    operations = [migrations.RunSQL(sql.STOP_EVERY_KIND, migrations.RunSQL.noop)]
