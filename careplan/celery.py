"""The Celery application: `celery -A careplan.celery worker`.

Beat holds no patient's times. It only says "tick"; PostgreSQL knows what is due.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careplan.settings")
app = Celery("careplan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {}
