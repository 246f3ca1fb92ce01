"""What was told on the days of a page: forms, side effects, trackers and moments.

Five tables in one statement, in the columns that they share. Sealed words are opened
by the model they belong to, and only where a lane prints them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BinaryField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    F,
    Model,
    QuerySet,
    TextField,
    UUIDField,
    Value,
    When,
)
from django.db.models import DecimalField as Numeric
from django.db.models.functions import Cast

from careplan.common.postgresql.prepared import Prepared
from careplan.review.gather.window import Window, shown
from journal.models import (
    LifeEvent,
    MeasureResponse,
    SideEffectReport,
    Tracker,
    TrackerValue,
)
from patients.topics import Topic

FORM, EFFECT, EVENT, TRACKER, VALUE = "form", "effect", "event", "tracker", "value"
DRAWN = ("phq9", "gad7", "pcl5")
SEALED: Mapping[str, tuple[type[Model], str]] = {
    EFFECT: (SideEffectReport, "words"),
    EVENT: (LifeEvent, "words"),
    TRACKER: (Tracker, "name"),
}


class Told(NamedTuple):
    """One row; which parts are filled depends on its kind."""

    kind: str
    id: UUID
    on: dt.date | None
    at: dt.datetime | None
    code: str  # the form, the side effect, how the tracker asks
    number: Decimal | None  # the total, the strength, the figure, the place in a list
    second: Decimal | None  # how hard daily life was
    ref: UUID | None  # the tracker, the medicine it was tied to
    label: str  # the change it was tied to
    since: dt.date | None  # and its day
    sealed: bytes


Found = Mapping[str, Sequence[Told]]
FIELDS: Mapping[str, tuple[Any, Any]] = {
    "on": (DateField(), Value(None)),
    "at": (DateTimeField(), Value(None)),
    "code": (TextField(), Value("")),
    "number": (Numeric(max_digits=12, decimal_places=2), Value(None)),
    "second": (Numeric(max_digits=12, decimal_places=2), Value(None)),
    "ref": (UUIDField(), Value(None)),
    "label": (TextField(), Value("")),
    "since": (DateField(), Value(None)),
    "sealed": (BinaryField(), Value(b"")),
}


def told(window: Window) -> Found:
    """Give the rows of every topic that is open, by kind; nothing is asked else."""
    opened = tuple(
        topic
        for topic in (Topic.MEASURES, Topic.SIDE_EFFECTS, Topic.MOOD)
        if window.opens(topic)
    )
    found: dict[str, list[Told]] = defaultdict(list)
    if opened:
        for row in _rows(opened, window.is_own, **window.days()):
            found[row[0]].append(Told._make(row))
    return found


def words_of(row: Told, patient: UUID) -> str:
    """Open what the person wrote; empty for nothing."""
    model, name = SEALED[row.kind]
    field: Any = model._meta.get_field(name)
    return str(field.opened(row.sealed, row.id, patient))


@Prepared
def _rows(opened: tuple[Topic, ...], is_own: bool, **days: Any) -> Any:  # noqa: FBT001
    mine = shown(is_own, **days)
    parts: list[Any] = []
    if Topic.MEASURES in opened:
        parts.append(_forms(mine))
    if Topic.SIDE_EFFECTS in opened:
        parts.append(_effects(mine))
    if Topic.MOOD in opened:
        parts += [_events(mine), _values(mine), _trackers(is_own, days["patient"])]
    return parts[0].union(*parts[1:], all=True)


def _forms(mine: dict[str, Any]) -> Any:
    rows = MeasureResponse.objects.filter(**mine, state="sent", instrument__in=DRAWN)
    return _in_columns(
        rows,
        FORM,
        on=F("local_date"),
        at=F("sent_at"),
        code=F("instrument"),
        number=F("score"),
        second=F("functional"),
    )


def _effects(mine: dict[str, Any]) -> Any:
    stands = {"change_undone_at": None, "change_medication__isnull": False}
    linked = Case(When(**stands, then=F("change_medication_id")), default=Value(None))
    return _in_columns(
        SideEffectReport.objects.filter(**mine),
        EFFECT,
        on=F("local_date"),
        code=F("code"),
        number=F("strength"),
        ref=linked,
        label=F("change_label"),
        since=F("change_on"),
        sealed=F("words"),
    )


def _events(mine: dict[str, Any]) -> Any:
    rows = LifeEvent.objects.filter(**mine)
    return _in_columns(rows, EVENT, on=F("local_date"), sealed=F("words"))


def _values(mine: dict[str, Any]) -> Any:
    return _in_columns(
        TrackerValue.objects.filter(**mine),
        VALUE,
        on=F("local_date"),
        number=F("value"),
        ref=F("tracker_id"),
    )


def _trackers(is_own: bool, patient: UUID) -> Any:  # noqa: FBT001 - a shape
    rows = Tracker.objects.filter(patient=patient)
    return _in_columns(
        rows if is_own else rows.filter(is_private=False),
        TRACKER,
        at=F("created_at"),
        code=F("kind"),
        number=F("order"),
        sealed=F("name"),
    )


def _in_columns(rows: "QuerySet[Any]", kind: str, **filled: Any) -> Any:
    columns = {
        f"t_{name}": Cast(filled.get(name, empty), field)
        for name, (field, empty) in FIELDS.items()
    }
    named = rows.annotate(t_kind=Value(kind, CharField()), t_id=F("pk"), **columns)
    return named.order_by().values_list("t_kind", "t_id", *columns)
