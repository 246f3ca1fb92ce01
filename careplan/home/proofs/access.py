"""Proof: the whole access table, every cell, with both locks and with each one alone.

The suite asks a seeded sample of the odd methods; this asks all of them. It takes long,
so it can be stopped with Ctrl-C and goes on where it was: what has been asked at this
commit stands in `.state/proofs`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from careplan.home.proofs.record import Ask, Proof

ROOT = Path(__file__).resolve().parents[3]
TABLE = "tests/access/test_access_table.py"
RUNS = {
    "both locks": ("whole", "test_access"),
    "the database alone": (
        "database",
        "test_access_when_the_database_alone_decides",
    ),
    "the application alone": (
        "application",
        "test_access_when_the_application_alone_decides",
    ),
}


def run(ask: Ask) -> Proof:
    """Run the table three ways; a cell that answers wrongly fails the proof."""
    proof = Proof(
        name="access",
        about="Every address x seven methods x everybody x own and others' objects,"
        " one real request a cell; a canary in every text column of two records."
        " The page of a refusal is drawn once for each person, record and lock"
        " (`ACCESS_DRAWN=1`: each time); everything else is drawn for each cell.",
        columns=("decided by", "cells", "leaks", "addresses", "wrong", "seconds"),
    )
    for name, (part, test) in RUNS.items():
        if not (ask.wants(part) or ask.wants(name)):
            continue
        every, lines = _asked(test, ask)
        wrong = [line for line in lines if not line["passed"]]
        leaks = sum(line["leaks"] for line in lines)
        proof.rows.append(
            (
                name,
                sum(line["cells"] for line in lines),
                leaks,
                f"{len(lines)} of {every}",
                len(wrong),
                round(sum(line["seconds"] for line in lines)),
            )
        )
        # No line at all is no proof: then the tests never began.
        proof.held &= 0 < every == len(lines) and not leaks and not wrong
        ask.say(" | ".join(str(cell) for cell in proof.rows[-1]))
        for line in wrong:
            ask.say(f"{line['test']}\n{line['said']}")
    return proof


def _asked(test: str, ask: Ask) -> tuple[int, list[dict[str, Any]]]:
    """Ask what has not been asked yet; give how many addresses there are, and all lines."""
    ledger = ROOT / ".state" / "proofs" / f"access-{_commit()}-{test}.jsonl"
    ledger.parent.mkdir(parents=True, exist_ok=True)
    where = f"{TABLE}::{test}"
    every = _pytest(where, "--collect-only", "-q", "-n", "0").count(f"::{test}[")
    try:
        ask.say(_pytest(where, "-q", "-n", "2", ledger=ledger).strip()[-2000:])
    except KeyboardInterrupt:
        ask.say("Stopped. The next run asks what is left.")
    kept = ledger.read_text(encoding="utf-8") if ledger.exists() else ""
    return every, [json.loads(line) for line in kept.splitlines()]


def _pytest(*words: str, ledger: Path | None = None) -> str:
    keep = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DATABASE_", "REDIS_", "DJANGO_", "CAREPLAN_"))
    }
    more = {"ACCESS_LEDGER": str(ledger)} if ledger else {}
    tests = subprocess.Popen(  # noqa: S603 - our own words only
        [sys.executable, "-m", "pytest", *words, "--timeout", "0"],
        cwd=ROOT,
        env={**keep, **more, "ACCESS_WHOLE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        return tests.communicate()[0]
    except KeyboardInterrupt:
        tests.wait()  # it has heard Ctrl-C too, and stops its servers
        raise


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
