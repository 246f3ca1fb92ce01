"""What a page asks for: whose record, who reads, which days."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from careplan.review.timeline.data import Voice
from patients.models import Patient
from patients.topics import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One reader's view of some days of one record.

    `topics` is what the reader may see; a lane without its topic is never queried.
    `start`, `end` and `today` are civil days where the patient lives.
    """

    patient: Patient
    topics: frozenset[str]
    voice: Voice
    start: dt.date
    end: dt.date
    today: dt.date

    def opens(self, topic: Topic) -> bool:
        """Say whether the reader may see a topic."""
        return topic.value in self.topics

    @property
    def last_logged(self) -> dt.date:
        """The last day that can hold something logged."""
        return min(self.end, self.today)

    @property
    def is_own(self) -> bool:
        """Whether the patient reads."""
        return self.voice is Voice.PATIENT

    def shown(self) -> dict[str, Any]:
        """Filter journal rows for this reader and these days."""
        return shown(self.is_own, **self.days())

    def days(self) -> dict[str, Any]:
        """The values of `shown` that change from page to page, for a prepared read."""
        return {
            "patient": self.patient.pk,
            "start": self.start,
            "last": self.last_logged,
        }

    def day_url(self) -> str:
        """The address of a day's records, with {day} for the day."""
        return f"/p/{self.patient.pk}/journal/{{day}}/"


def shown(
    is_own: bool,  # noqa: FBT001 - the shape of a prepared read
    *,
    patient: UUID,
    start: dt.date,
    last: dt.date,
) -> dict[str, Any]:
    """Filter journal rows: these days, not in the bin, private ones for no one else."""
    chosen: dict[str, Any] = {
        "patient": patient,
        "deleted_at": None,
        "local_date__range": (start, last),
    }
    return chosen if is_own else {**chosen, "is_private": False}
