"""What lies beside a visit: agenda, goals, therapy, a contact. One query for all of it.

Each part is asked only when its topic is open to the reader; row security says the
same a second time. Sealed words are opened by the model they belong to.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    BinaryField,
    CharField,
    DateTimeField,
    F,
    IntegerField,
    Model,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, NullIf

from careplan.common.postgresql.prepared import Prepared
from careplan.plan.models import (
    AgendaPoint,
    Goal,
    Homework,
    SafetyPerson,
    SharedSummary,
    StayingWell,
    Visit,
)
from journal.models import Insight
from patients.models import Patient, Role, User
from patients.topics import Topic

VISIT, POINT, GOAL, PERSON = "visit", "point", "goal", "person"
SUMMARY, INSIGHT, HOMEWORK, WELL = "summary", "insight", "homework", "well"
MOST = 6  # of each kind that is a list
COLUMNS = ("t_kind", "t_id", "t_at", "t_order", "t_words", "t_more", "t_sealed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing beside the visit; which parts are filled depends on its kind."""

    id: UUID
    at: dt.datetime | None
    order: int
    words: str
    more: str


Beside = Mapping[str, Sequence[Row]]


def beside(
    patient: Patient, *, clinician: User, role: str, topics: frozenset[str]
) -> Beside:
    """Give everything by kind, each in its order: one query."""
    found: dict[str, list[Row]] = defaultdict(list)
    opened = tuple(topic for topic in TOPICS if topic in topics)
    shape = (opened, role == Role.THERAPIST, patient.clinicians_may_talk)
    asked = {"patient": patient.pk, "clinician": clinician.pk}
    for kind, pk, at, order, words, more, sealed in _told_of(*shape, **asked):
        text = words or _opened(kind, pk, patient, sealed)
        found[kind].append(Row(id=pk, at=at, order=order, words=text, more=more))
    for rows in found.values():
        rows.sort(key=lambda row: (row.order, row.at.timestamp() if row.at else 0))
    return found


SEALED: Mapping[str, type[Model]] = {
    POINT: AgendaPoint,
    SUMMARY: SharedSummary,
    INSIGHT: Insight,
}


def _opened(kind: str, pk: UUID, patient: Patient, sealed: Any) -> str:
    if kind not in SEALED:
        return ""
    field: Any = SEALED[kind]._meta.get_field("words")
    return str(field.opened(sealed, pk, patient.pk))


TOPICS = (Topic.VISITS, Topic.PLAN, Topic.SAFETY, Topic.THERAPY)


@Prepared
def _told_of(
    topics: tuple[Topic, ...],
    is_therapist: bool,  # noqa: FBT001 - its shape
    may_talk: bool,  # noqa: FBT001
    *,
    patient: UUID,
    clinician: UUID,
) -> Any:
    first, *rest = _parts(
        topics, patient, clinician, is_therapist=is_therapist, may_talk=may_talk
    )
    return first.union(*rest, all=True)


def _parts(
    topics: tuple[Topic, ...],
    patient: UUID,
    clinician: UUID,
    *,
    is_therapist: bool,
    may_talk: bool,
) -> Iterable[Any]:
    mine = {"patient": patient}
    visits = Visit.objects.filter(
        **mine, clinician=clinician, state__in=["held", "planned"]
    )
    yield _told(visits, VISIT, at=F("starts_at"), words=F("state"))
    if Topic.VISITS in topics:
        points = AgendaPoint.objects.filter(
            **mine, visit__clinician=clinician, visit__state="planned"
        )
        yield _told(
            points,
            POINT,
            order=F("order"),
            more=F("visit_id"),
            sealed=F("words"),
        )
    if Topic.PLAN in topics:
        goals = Goal.objects.filter(**mine, ended_at=None)
        yield _told(
            goals,
            GOAL,
            at=F("created_at"),
            words=F("words"),
            more=Coalesce(NullIf("progress", Value("")), "closeness"),
        )
        well = StayingWell.objects.filter(**mine, ended_at=None)
        yield _told(well, WELL, at=F("created_at"), words=F("when_well"), most=1)
    if Topic.SAFETY in topics:
        people = SafetyPerson.objects.filter(
            **mine, kind="person", safety_plan__ended_at=None
        )
        yield _told(
            people,
            PERSON,
            at=Coalesce("safety_plan__changed_at", "safety_plan__created_at"),
            order=F("order"),
            words=F("name"),
        )
    if Topic.THERAPY in topics:
        yield from _therapy(patient, is_therapist=is_therapist, may_talk=may_talk)


def _therapy(patient: UUID, *, is_therapist: bool, may_talk: bool) -> Iterable[Any]:
    """A prescriber reads what therapy works on; a therapist what came back (N10)."""
    mine = {"patient": patient}
    if not is_therapist:
        if may_talk:  # crosses over only with that yes (P9)
            rows = SharedSummary.objects.filter(**mine)
            called = NullIf("author__preferred_name", Value(""))
            author = Coalesce(called, "author__name")
            yield _told(
                rows, SUMMARY, at=F("shared_at"), more=author, sealed=F("words"), most=1
            )
        return
    open_now = Insight.objects.filter(
        **mine, state="open", bring_back=True, is_private=False, deleted_at=None
    )
    yield _told(
        open_now, INSIGHT, at=F("written_at"), more=F("local_date"), sealed=F("words")
    )
    homework = Homework.objects.filter(**mine, ended_at=None)
    yield _told(
        homework, HOMEWORK, at=F("given_at"), words=F("title"), more=F("done_at")
    )


def _told(
    rows: QuerySet[Any],
    kind: str,
    *,
    at: Any = None,
    order: Any = None,
    words: Any = None,
    more: Any = None,
    sealed: Any = None,
    most: int = 0,
) -> Any:
    """The newest few of a kind in the columns that all kinds share."""
    text, nothing = TextField(), Value("")
    found = rows.annotate(
        t_kind=Value(kind, CharField()),
        t_id=F("pk"),
        t_at=Cast(at or Value(None), DateTimeField()),
        t_order=Cast(order or Value(0), IntegerField()),
        t_words=Cast(words or nothing, text),
        t_more=Coalesce(Cast(more or nothing, text), nothing, output_field=text),
        t_sealed=Cast(sealed or Value(b""), BinaryField()),
    ).values_list(*COLUMNS)
    if kind == VISIT:
        return found.order_by()
    newest = "t_order" if order is not None else "-t_at"
    return found.order_by(newest)[: most or MOST]
