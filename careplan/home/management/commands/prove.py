"""`manage.py prove NAME`: run one long proof and write its figures down."""

import subprocess
from argparse import ArgumentParser
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from careplan.home import proofs
from careplan.home.proofs.record import Ask, Proof, write_down

ROOT = Path(__file__).resolve().parents[4]
RECORD = ROOT / "docs" / "proofs.md"


class Command(BaseCommand):
    help = "Runs one long proof and writes its figures to docs/proofs.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(names()))
        parser.add_argument("--seed", type=int, default=5)
        parser.add_argument("--size", type=int, default=0, help="0: the full size")
        parser.add_argument("--only", default="", help="parts, separated by commas")

    def handle(self, *args: Any, **options: Any) -> None:
        ask = Ask(
            seed=options["seed"],
            size=options["size"],
            only=tuple(part for part in options["only"].split(",") if part),
            say=self._say,
        )
        proof: Proof = import_module(f"{proofs.__name__}.{options['name']}").run(ask)
        said = f"manage.py prove {options['name']} --seed {ask.seed}"
        said += f" --size {ask.size}" if ask.size else ""
        said += f" --only {','.join(ask.only)}" if ask.only else ""
        text = write_down(RECORD, proof, command=said, commit=commit(), at=now())
        self.stdout.write(text)
        if not proof.held:
            raise CommandError("The proof did not hold; see the table.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()  # to a file, too: a long proof is followed there


def names() -> list[str]:
    """The modules beside this that have a `run`: each is one proof."""
    folder = Path(proofs.__file__).parent
    return [
        module.name
        for module in iter_modules([str(folder)])
        if "\ndef run(" in (folder / f"{module.name}.py").read_text()
    ]


def commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    return done.stdout.strip() or "unknown"


def now() -> datetime:
    return datetime.now(UTC)
