"""What the pages of forms read: due and done, one question, history with change."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext

from journal import change, instruments, responses
from journal.instruments import Instrument, Item
from journal.models import MeasureAssignment, MeasureResponse


@dataclass(frozen=True, slots=True)
class FormRow:
    """One form of the list."""

    code: str
    name: str
    questions: int
    reason: str = ""
    due_on: dt.date | None = None
    is_due: bool = False
    is_begun: bool = False
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """Forms due, those one may start oneself, and when each was last sent."""

    due: tuple[FormRow, ...]
    later: tuple[FormRow, ...]
    other: tuple[FormRow, ...]
    done: tuple[tuple[str, str, dt.date], ...]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a response beside the one before."""

    number: int
    text: str
    answer: str
    before: str
    change: str


@dataclass(frozen=True, slots=True)
class Point:
    """One response in a history."""

    id: UUID
    on: dt.date
    score: int | None
    band: str
    missing: int
    is_private: bool
    functional: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """How far a score moved from the stored baseline, for clinicians only."""

    baseline: int
    baseline_on: dt.date
    now: int
    improvement: Decimal | None
    response: bool | None
    remission: bool | None
    reliable: str
    points: int | None
    meaningful: bool | None


def name_of(form: Instrument) -> str:
    """The published name of a form."""
    return form.name


def next_due(patient_id: UUID, *, today: dt.date) -> FormRow | None:
    """Give the form that is due longest, for a word on Today."""
    rows = MeasureAssignment.objects.filter(
        patient_id=patient_id, ended_at__isnull=True, due_on__lte=today
    ).select_related("asked_by")
    found = (_asked_row(row, set(), today) for row in rows.order_by("due_on"))
    return next((row for row in found if row is not None), None)


def lists(patient_id: UUID, *, today: dt.date) -> Lists:
    """Read forms due and done: three statements."""
    asked = list(
        MeasureAssignment.objects.filter(patient_id=patient_id, ended_at__isnull=True)
        .select_related("asked_by")
        .order_by("due_on")
    )
    own = MeasureResponse.objects.filter(patient_id=patient_id, deleted_at__isnull=True)
    begun = set(own.filter(state="draft").values_list("instrument", flat=True))
    sent = own.filter(state="sent").order_by("instrument", "-sent_at")
    rows = [row for a in asked if (row := _asked_row(a, begun, today)) is not None]
    codes = {row.code for row in rows}
    return Lists(
        due=tuple(row for row in rows if row.is_due),
        later=tuple(row for row in rows if not row.is_due),
        other=tuple(
            _form_row(form, is_begun=form.id in begun)
            for form in instruments.all_instruments().values()
            if form.id not in codes
        ),
        done=tuple(
            (row.instrument, _name(row.instrument), row.local_date)
            for row in sent.distinct("instrument")
        ),
    )


def _form_row(form: Instrument, *, is_begun: bool) -> FormRow:
    return FormRow(form.id, form.name, len(form.items), is_begun=is_begun)


def _asked_row(
    asked: MeasureAssignment, begun: set[str], today: dt.date
) -> FormRow | None:
    form = instruments.instrument(asked.instrument)
    if form is None:
        return None
    return FormRow(
        code=form.id,
        name=form.name,
        questions=len(form.items),
        reason=asked.reason,
        due_on=asked.due_on,
        is_due=asked.due_on <= today,
        is_begun=form.id in begun,
        asked_by=asked.asked_by.called,
    )


def _name(code: str) -> str:
    form = instruments.instrument(code)
    return form.name if form else code


def minutes(form: Instrument) -> int:
    """About how long it takes: a quarter of a minute an item, one at least."""
    return max(1, round(len(form.items) / 4))


def first_open(row: MeasureResponse) -> int:
    """The number of the first question without an answer, or past the last."""
    for number, value in enumerate(row.answers, start=1):
        if value is None:
            return number
    return len(row.answers) + 1


def history(
    patient_id: UUID, code: str, *, counts_private: bool
) -> list[MeasureResponse]:
    """Give the sent responses of a form, the newest first.

    `counts_private`: the person's own eyes. Row security hides them from others too.
    """
    rows = MeasureResponse.objects.filter(
        patient_id=patient_id, instrument=code, state="sent", deleted_at__isnull=True
    )
    if not counts_private:
        rows = rows.filter(is_private=False)
    return list(rows.order_by("-sent_at"))


def points(form: Instrument, rows: Sequence[MeasureResponse]) -> list[Point]:
    """Give each response as a line of the history."""
    return [
        Point(
            id=row.pk,
            on=row.local_date,
            score=row.score,
            band=row.band,
            missing=sum(value is None for value in row.answers),
            is_private=row.is_private,
            functional=_functional(form, row),
        )
        for row in rows
    ]


def _functional(form: Instrument, row: MeasureResponse) -> str:
    extra = form.functional_item
    if extra is None or row.functional is None:
        return ""
    texts = {option.value: option.text for option in extra.options}
    return texts.get(row.functional, "")


def items(
    form: Instrument, row: MeasureResponse, before: MeasureResponse | None
) -> list[ItemRow]:
    """Give each item's answer, the one before and how it moved (J28)."""
    earlier = before.answers if before else [None] * len(form.items)
    return [
        ItemRow(
            number=item.number,
            text=item.text,
            answer=responses.answer_words(form, item, value),
            before=_before(form, item, old) if before else "",
            change=_moved(old, value),
        )
        for item, value, old in zip(form.items, row.answers, earlier, strict=False)
    ]


def _before(form: Instrument, item: Item, old: object) -> str:
    return responses.answer_words(form, item, old)


def _moved(old: object, new: object) -> str:
    if not isinstance(old, int) or not isinstance(new, int):
        return ""
    if old == new:
        return gettext("same")
    return f"{new - old:+d}".replace("-", "−")  # noqa: RUF001 - a real minus sign


def baseline(rows: Sequence[MeasureResponse]) -> MeasureResponse | None:
    """Give the stored baseline: the first complete response there is."""
    complete = [row for row in rows if row.score is not None]
    return complete[-1] if complete else None


def statistics(form: Instrument, rows: Sequence[MeasureResponse]) -> Statistics | None:
    """Give change from the baseline to the latest total, or None with under two."""
    complete = [row for row in rows if row.score is not None]
    if len(complete) < 2:
        return None
    first, last = complete[-1], complete[0]
    start, now = int(first.score or 0), int(last.score or 0)
    reliable = change.reliable_change(form.id, baseline=start, now=now)
    return Statistics(
        baseline=start,
        baseline_on=first.local_date,
        now=now,
        improvement=change.improvement_percent(start, now),
        response=change.response(start, now) if form.id in DEPRESSION_LIKE else None,
        remission=change.remission_range(form.id, now),
        reliable=RELIABLE_WORDS[reliable]() if reliable is not None else "",
        points=change.RELIABLE_POINTS.get(form.id),
        meaningful=change.clinically_meaningful(form.id, baseline=start, now=now),
    )


DEPRESSION_LIKE = frozenset({"phq9", "gad7"})
RELIABLE_WORDS = {
    change.Direction.IMPROVED: lambda: gettext("reliably improved"),
    change.Direction.WORSENED: lambda: gettext("reliably worse"),
    change.Direction.NONE: lambda: gettext("no reliable change"),
}
