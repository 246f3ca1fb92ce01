"""Seal every patient's key with the newest of CAREPLAN_FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from patients import rekeying


class Command(BaseCommand):
    """Runs beside the web; says how far it is and when the older key may go."""

    help = "After a new key was put first into CAREPLAN_FIELD_KEYS: use it everywhere."

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        for some in rekeying.reseal_all():
            done += some
            self.stdout.write(f"{done} keys sealed anew.")
        left = rekeying.left()
        self.stdout.write(
            "Every key is sealed with the newest. The older ones can be removed."
            if not left
            else f"{left} keys are still sealed with an older one. Run this again."
        )
