"""What a page asks for: whose record, who reads, which days."""

import datetime as dt
from dataclasses import dataclass

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

    def shown(self) -> dict[str, object]:
        """Filter journal rows: these days, not in the bin, private ones for no one else."""
        chosen: dict[str, object] = {
            "patient": self.patient,
            "deleted_at": None,
            "local_date__range": (self.start, self.last_logged),
        }
        if self.voice is not Voice.PATIENT:
            chosen["is_private"] = False
        return chosen

    def day_url(self) -> str:
        """The address of a day's records, with {day} for the day."""
        return f"/p/{self.patient.pk}/journal/{{day}}/"
