"""Invent the demo's people and their months. Refuses outside the demo."""

import dataclasses
import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from careplan.common import clock
from careplan.home.demo import mailbox, stories
from careplan.home.demo.stories import cast


class Command(BaseCommand):
    """Makes the cast, tells each patient's story, writes the sign-ins for the demo."""

    help = "Invent people and their records, for the demo alone."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            message = "seed_demo is for the demo: set DEMO=1 on an empty database."
            raise CommandError(message)
        now = clock.now()
        with transaction.atomic():
            people = cast.gather(now=now)
            told = [tell(people, now=now) for tell in stories.all_of_them()]
        patients = [cast.patient_sign_in(story.patient.user) for story in told]
        rows = [dataclasses.asdict(who) for who in (*patients, *people.sign_ins)]
        file = mailbox.home() / "people.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(rows, indent=1), encoding="utf-8")
