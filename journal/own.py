"""Small things of one's own: trackers, insights, key moments."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError
from journal.models import Insight, LifeEvent, Tracker
from journal.queries import FEELINGS
from patients.models import MoodScale, Patient, User

MOST_TRACKERS = 20


class NameNeeded(DomainError):
    """A tracker without a name, or a moment without words."""

    code = "name_needed"
    sentence = _("Write a few words.")


class TooManyTrackers(DomainError):
    """More trackers than a page can hold."""

    code = "too_many_trackers"
    sentence = _("You have 20 trackers. Hide one before you add another.")


@transaction.atomic
def add_tracker(patient_id: UUID, *, name: str, kind: str, unit: str = "") -> Tracker:
    """Add a tracker, once however often it is sent.

    Refuses an empty name and a twenty-first one.
    """
    if not name.strip():
        raise NameNeeded
    shown = Tracker.objects.filter(patient_id=patient_id, hidden_at__isnull=True)
    rows = list(shown)
    for row in rows:
        if (row.name, row.kind, row.unit) == (name.strip(), kind, unit.strip()):
            return row
    count = len(rows)
    if count >= MOST_TRACKERS:
        raise TooManyTrackers
    row = Tracker(
        patient_id=patient_id,
        name=name.strip(),
        kind=Tracker.Kind(kind),
        unit=unit.strip(),
        order=count + 1,
    )
    row.save(force_insert=True)
    return row


@transaction.atomic
def rename_tracker(tracker: Tracker, *, name: str) -> None:
    """Give a tracker another name; its values stay."""
    if not name.strip():
        raise NameNeeded
    tracker.name = name.strip()
    tracker.save(update_fields=["name"])


@transaction.atomic
def hide_tracker(tracker: Tracker, *, is_hidden: bool, now: dt.datetime) -> None:
    """Ask no more, or ask again. Nothing that was logged is lost."""
    tracker.hidden_at = now if is_hidden else None
    tracker.save(update_fields=["hidden_at"])


@transaction.atomic
def choose_scales(
    patient: Patient, *, mood_scale: str, feelings: Collection[str]
) -> None:
    """Choose the mood tiles and which feelings a check-in asks about (J2, J3).

    Earlier answers stay as they were given, on the scale they were given on.
    """
    patient.mood_scale = MoodScale(mood_scale)
    patient.feelings_off = [name for name in FEELINGS if name not in feelings]
    patient.save(update_fields=["mood_scale", "feelings_off"])


@transaction.atomic
def move_insight(insight: Insight, *, state: str, now: dt.datetime) -> None:
    """Move an insight: open, talked about, kept (J15)."""
    insight.state = Insight.State(state)
    if insight.state == Insight.State.DISCUSSED:
        insight.discussed_at = now
    elif insight.state == Insight.State.KEPT:
        insight.kept_at = now
    else:
        insight.bring_back = True
    insight.save(update_fields=["state", "bring_back", "discussed_at", "kept_at"])


@transaction.atomic
def add_moment(
    patient: Patient,
    *,
    by: User,
    role: str,
    words: str,
    on: dt.date,
    now: dt.datetime,
) -> LifeEvent:
    """Add a key moment with its author (J14), once however often it is sent.

    Refuses an empty line.
    """
    line = words.strip()[:300]
    if not line:
        raise NameNeeded
    rows = LifeEvent.objects.filter(
        patient_id=patient.pk, local_date=on, author=by, deleted_at__isnull=True
    )
    for said in rows:
        if said.words == line:
            return said
    row = LifeEvent(
        patient_id=patient.pk,
        local_date=on,
        author=by,
        author_role=role,
        words=line,
        written_at=now,
    )
    row.save(force_insert=True)
    return row
