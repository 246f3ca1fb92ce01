"""`manage.py access_log heads FILE | verify [--heads FILE]`: keep heads outside; prove."""

import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from patients import seals


class Command(BaseCommand):
    """Write the heads of all chains to a file, or verify every chain."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["heads", "verify"])
        parser.add_argument("--heads", type=Path)
        parser.add_argument("--patient", type=UUID, help="one record's chain only")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path | None = options["heads"]
        if options["act"] == "heads":
            text = seals.heads_as_text(seals.heads())
            file.write_text(text) if file else self.stdout.write(text)
            return
        known = seals.heads_from_text(file.read_text()) if file else []
        found = seals.verify(heads=known, patient=options["patient"])
        for fault in found:
            self.stdout.write(f"{fault.patient} seal {fault.number}: {fault.what}")
        if found:
            sys.exit(1)
        self.stdout.write("Every chain holds.")
