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
    """Put the proof's section into the file in place of an earlier one; gives it."""
    text = file.read_text(encoding="utf-8") if file.exists() else HEAD
    section = _section(proof, command, commit, at)
    mark = re.compile(rf"\n## {re.escape(proof.name)}\n.*?(?=\n## |\Z)", re.S)
    text = mark.sub("", text).rstrip("\n") + "\n\n" + section
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return section


def _section(proof: Proof, command: str, commit: str, at: datetime) -> str:
    lines = [
        f"## {proof.name}",
        "",
        proof.about,
        "",
        f"`{command}` · commit {commit} · {at:%Y-%m-%d %H:%M} UTC ·"
        f" {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end ·"
        f" **{'held' if proof.held else 'DID NOT HOLD'}**",
        "",
        "| " + " | ".join(proof.columns) + " |",
        "|" + " --- |" * len(proof.columns),
        *("| " + " | ".join(str(cell) for cell in row) + " |" for row in proof.rows),
        "",
        *(f"- {note}" for note in proof.notes),
    ]
    return "\n".join(lines).rstrip() + "\n"
