"""What lies in a room above and is said on the plan's own pages: signs that show now.

The plan may not read the journal. The wiring names, once, the function that may
(`settings.SIGNS_THAT_SHOW`); what it gives is frozen and for the patient alone (N13).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from careplan.common.clock import local_date
from careplan.plan.access import Room
from patients.models import Patient


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSign:
    """A sign she named that shows now: her words, and what she wanted to do then.

    `is_hers_alone`: only what she keeps private shows it, so that nobody else knows.
    `asks_for_help`: she called it a time to get help.
    """

    words: str
    act: str
    is_hers_alone: bool
    asks_for_help: bool


Reader = Callable[[Patient, dt.date], tuple[ShownSign, ...]]


def own_signs(room: Room, now: dt.datetime) -> tuple[ShownSign, ...]:
    """Give the signs that show now to the patient herself, and nothing to anybody else."""
    if not room.is_patient:
        return ()
    read = cast(Reader, import_string(settings.SIGNS_THAT_SHOW))
    return read(room.patient, local_date(now, room.patient.time_zone))
