"""`manage.py erase_records`: erase what was closed 30 days ago, and what is kept no longer."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from careplan.common import clock
from patients import leaving, retention


class Command(BaseCommand):
    """Connects as the erasing role (DATABASE_ERASE_URL) and erases what is due."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_ERASE_URL:
            message = "Set DATABASE_ERASE_URL: only careplan_erase may erase."
            raise CommandError(message)
        with psycopg.connect(settings.DATABASE_ERASE_URL, autocommit=True) as erasing:
            done = leaving.erase_due(erasing, now=clock.now())
            cleared = retention.clear(erasing, now=clock.now())
        self.stdout.write(f"{done.records} records erased, {done.rows} rows")
        self.stdout.write(f"{cleared} rows of sign-ins and logs were over")
