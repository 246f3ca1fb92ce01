"""Proof: once a local date and slot over every clock change of every zone (D8, Q4)."""

from __future__ import annotations

from careplan.checkins.zones import all_zones, transitions, walk
from careplan.home.proofs.record import Ask, Proof

FIRST, LAST = 2026, 2031


def run(ask: Ask) -> Proof:
    """Walk two days either side of each change with eleven wall times in and around it."""
    zones = all_zones()[: ask.size or None]
    changes = [c for zone in zones for c in transitions(zone, FIRST, LAST)]
    walks = [walk(change) for change in changes]
    missed, doubled, wrong = (
        sum(getattr(one, name) for one in walks)
        for name in ("missed", "doubled", "wrong")
    )
    return Proof(
        name="timing",
        about=f"Next occurrence over every zone of tzdata, {FIRST} to {LAST - 1}.",
        columns=("zones", "with changes", "gaps", "folds", "touch midnight", "slots",
                 "missed", "doubled", "wrong wall time"),
        rows=[
            (
                len(zones),
                len({c.zone for c in changes}),
                sum(c.gap for c in changes),
                sum(not c.gap for c in changes),
                sum(c.touches_midnight for c in changes),
                sum(one.slots for one in walks),
                missed,
                doubled,
                wrong,
            )
        ],
        held=not (missed or doubled or wrong),
    )  # fmt: skip
