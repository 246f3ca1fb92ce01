"""Proof A7: a mistake in either lock turns a test red.

Row policies and the functions they ask are dropped, opened and thinned; each check of
`patients/access.py` is dropped, turned round or answered at once. Each mutant is judged by
the two lists in `tests/access` (`rows.txt`, `doors.txt`). It can be stopped: the next run at
the same commit tries what is left.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from careplan.home.proofs.record import Ask, Proof

ROOT = Path(__file__).resolve().parents[3]
TESTS = "tests/mutants/proof.py"
PARTS = {
    "policies": "test_a_mistake_in_row_security_turns_the_list_red[policies]",
    "functions": "test_a_mistake_in_row_security_turns_the_list_red[functions]",
    "the door": "test_a_mistake_in_the_door_turns_its_list_red",
}


def run(ask: Ask) -> Proof:
    """Try every mutant, or `--size` of each kind; a survivor fails the proof."""
    proof = Proof(
        name="mutants",
        about="A7: mistakes made on purpose in row security (each policy dropped, opened,"
        " thinned; each function that policies ask) and in `patients/access.py`, each"
        " judged by what everybody may then do with every table and record.",
        columns=("mutants of", "tried", "killed", "survived"),
    )
    ledger = ROOT / ".state" / "proofs" / f"mutants-{_commit()}.jsonl"
    ledger.parent.mkdir(parents=True, exist_ok=True)
    for kind, test in PARTS.items():
        if not ask.wants(kind.removeprefix("the ")):
            continue
        ask.say(_told(test, ledger, ask.size))
        lines = [line for line in _lines(ledger) if line["kind"] == kind]
        left = [line["mutant"] for line in lines if not line["red"]]
        of = lines[-1]["of"] if lines else "?"
        killed = len(lines) - len(left)
        proof.rows.append((kind, f"{len(lines)} of {of}", killed, len(left)))
        proof.notes += [f"survived: {name}" for name in left]
        proof.held &= bool(lines) and not left
    return proof


def _lines(ledger: Path) -> list[dict[str, Any]]:
    if not ledger.exists():
        return []
    return [json.loads(line) for line in ledger.read_text("utf-8").splitlines()]


def _told(test: str, ledger: Path, most: int) -> str:
    keep = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DATABASE_", "REDIS_", "DJANGO_", "CAREPLAN_"))
    }
    more = {"MUTANTS_LEDGER": str(ledger), "MUTANTS_MOST": str(most)}
    words = [f"{TESTS}::{test}", "-q", "-n", "0", "--timeout", "0"]
    tests = subprocess.Popen(  # noqa: S603 - our own words only
        [sys.executable, "-m", "pytest", *words],
        cwd=ROOT,
        env={**keep, **more},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        return tests.communicate()[0].strip()[-1000:]
    except KeyboardInterrupt:
        tests.wait()  # it has heard Ctrl-C too, and stops its servers
        return "Stopped. The next run tries what is left."


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
