"""What a proof gives back, and its place in docs/proofs.md."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

HEAD = """# Proofs

Long proofs, run by hand with `manage.py prove NAME`: what was asked, what came out.
Each section is written by the command itself.
"""


@dataclass(frozen=True)
class Ask:
    """What to run. `size` 0 is the full one; `only` names parts; `say` prints a line."""

    seed: int = 5
    size: int = 0
    only: tuple[str, ...] = ()
    say: Callable[[str], object] = print

    def wants(self, part: str) -> bool:
        return not self.only or part in self.only


@dataclass
class Proof:
    """A named table of figures, with a word on whether each promise held."""

    name: str
    about: str
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    held: bool = True


def write_down(
    file: Path, proof: Proof, *, command: str, commit: str, at: datetime
) -> str:
    """Put the proof's section into the file and give it. A row measured before stays
    until the same part is measured again; each says when and at which commit."""
    text = file.read_text(encoding="utf-8") if file.exists() else HEAD
    mark = re.compile(rf"\n## {re.escape(proof.name)}\n.*?(?=\n## |\Z)", re.S)
    earlier = mark.search(text)
    rows = _rows_of(earlier.group(0)) if earlier else {}
    measured = f"{commit}, {at:%Y-%m-%d %H:%M} UTC"
    for row in proof.rows:
        rows[str(row[0])] = [str(cell) for cell in (*row, measured)]
    section = _section(proof, rows, command)
    text = mark.sub("", text).rstrip("\n") + "\n\n" + section
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return section


def _rows_of(section: str) -> dict[str, list[str]]:
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row for row in rows if not row[0].startswith("---")}


def _section(proof: Proof, rows: dict[str, list[str]], command: str) -> str:
    columns = (*proof.columns, "measured at")
    lines = [
        f"## {proof.name}",
        "",
        proof.about,
        "",
        f"Last: `{command}` on {os.cpu_count()} cores, load"
        f" {os.getloadavg()[0]:.1f} at its end:"
        f" **{'held' if proof.held else 'DID NOT HOLD'}**",
        "",
        "| " + " | ".join(columns) + " |",
        "|" + " --- |" * len(columns),
        *("| " + " | ".join(row) + " |" for row in rows.values()),
        "",
        *(f"- {note}" for note in proof.notes),
    ]
    return "\n".join(lines).rstrip() + "\n"
