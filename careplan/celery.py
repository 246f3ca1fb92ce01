"""The Celery application: `celery -A careplan.celery worker`.

Beat holds no patient's times. It only says "tick"; PostgreSQL knows what is due.
"""

import os

from celery import Celery
from celery.signals import beat_init, celeryd_init

from careplan.common.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careplan.settings")
# Celery would run every check of Django's and load every page for it. A worker shows no
# page; the checks that matter to it are run below, when it starts.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
app = Celery("careplan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# `expires` drops what piled up while nobody listened: one wake-up is as good as ten.
app.conf.beat_schedule = {
    "tick": {"task": "checkins.tick", "schedule": 5, "options": {"expires": 10}},
    "seal": {"task": "patients.seal", "schedule": 60, "options": {"expires": 60}},
    # An untaken alert passes on by the clock; late by half a minute at most.
    "pass on": {"task": "team.pass_on", "schedule": 30, "options": {"expires": 30}},
    "empty the bin": {
        "task": "journal.empty_bin",
        "schedule": 3600,
        "options": {"expires": 3600},
    },
    "signs": {
        "task": "review.watch_signs",
        "schedule": 900,
        "options": {"expires": 900},
    },
    # A step that an answer speaks against waits within minutes, not at the next visit.
    "rules of tapers": {
        "task": "review.pause_tapers",
        "schedule": 300,
        "options": {"expires": 300},
    },
    **{
        f"deliver {channel}": {
            "task": "outbox.deliver",
            "schedule": 5,
            "args": [channel],
            "options": {"expires": 5},
        }
        for channel in ("email", "sms", "push")
    },
}


@celeryd_init.connect
@beat_init.connect
def _refuse_unsafe_start(**_: object) -> None:
    refuse_unsafe_start()
