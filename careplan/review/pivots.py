"""The changes a person can ask about, found in the timeline's own data. Pure."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from careplan.common.catalogue import medicines
from careplan.review.timeline.changes import step_words
from careplan.review.timeline.data import (
    Medicine,
    Pivot,
    PivotKind,
    Step,
    StepState,
    TimelineData,
    VersionState,
)
from careplan.review.timeline.words import amount, day_long, gettext, uncapital

SETTLED = dt.timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One change in the list: `key` stands in the address."""

    key: str
    words: str
    pivot: Pivot


def choices(data: TimelineData) -> tuple[Choice, ...]:
    """Give every dose step, version, therapy start and life event, newest first."""
    found = (pivot for pivot in _all(data) if pivot.on <= data.range.today)
    newest_first = sorted(found, key=lambda pivot: (pivot.on, _weight(pivot)))[::-1]
    return tuple(
        Choice(
            key=_key(pivot.on, pivot.kind, pivot.ref),
            words=gettext(
                "%(day)s: %(what)s", day=day_long(pivot.on), what=pivot.label
            ),
            pivot=pivot,
        )
        for pivot in newest_first
    )


def version_key(on: dt.date, number: int) -> str:
    """Give the key under which a plan version stands in the list."""
    return _key(on, PivotKind.PLAN, f"version:{number}")


def _key(on: dt.date, kind: PivotKind, ref: str) -> str:
    return f"{on:%Y%m%d}-{kind}-{ref.split(':')[-1][:8]}"


def default(found: Sequence[Choice], *, today: dt.date) -> Choice | None:
    """Give the latest dose change with four weeks after it, else the latest change."""
    doses = [one for one in found if one.pivot.kind is PivotKind.DOSE]
    settled = [one for one in doses if one.pivot.on <= today - SETTLED]
    return next(iter([*settled, *doses, *found]), None)


def asked(data: TimelineData, choice: Choice | None) -> TimelineData:
    """Ask the timeline about one change."""
    return replace(data, pivot=choice.pivot if choice else None)


def _weight(pivot: Pivot) -> int:
    return 1 if pivot.kind is PivotKind.DOSE else 0


def _all(data: TimelineData) -> Iterator[Pivot]:
    for medicine in data.medicines or ():
        yield from _doses(medicine)
    yield from _others(data)


def _doses(medicine: Medicine) -> Iterator[Pivot]:
    before: Step | None = None
    for step in medicine.steps:
        if step.state is not StepState.TAKEN:
            continue
        if before is None or before.dose != step.dose:
            yield Pivot(
                on=step.on,
                label=step_words(medicine, before, step),
                title=_went(medicine, before, step),
                ref=medicine.ref,
                kind=PivotKind.DOSE,
                url=step.url or medicine.url,
            )
        before = step


def _went(medicine: Medicine, before: Step | None, step: Step) -> str:
    parts = {"medicine": medicine.name, "dose": amount(step.dose, step.unit)}
    if step.dose == 0:
        return gettext("%(medicine)s stopped", **parts)
    if before is None or before.dose == 0:
        return gettext("%(medicine)s started at %(dose)s", **parts)
    if step.dose > before.dose:
        return gettext("%(medicine)s went up to %(dose)s", **parts)
    return gettext("%(medicine)s went down to %(dose)s", **parts)


def inside(pivot: Pivot) -> str:
    """Give the change inside a sentence: a medicine's general name begins small there,
    a brand and what a person typed stay as they are."""
    said = pivot.title.casefold()
    general = pivot.kind is PivotKind.DOSE and any(
        said.startswith(row.name.casefold()) for row in medicines.all_medicines()
    )
    return uncapital(pivot.title) if general else pivot.title


def _others(data: TimelineData) -> Iterator[Pivot]:
    for version in data.versions or ():
        if version.state is VersionState.AGREED:
            words = gettext("plan version %(number)s", number=version.number)
            yield _pivot(
                version.on,
                words,
                f"version:{version.number}",
                PivotKind.PLAN,
                version.url,
            )
    therapy = data.therapy
    if therapy and therapy.started:
        words = gettext("%(therapy)s started", therapy=therapy.label)
        yield _pivot(
            therapy.started, words, therapy.ref, PivotKind.THERAPY, therapy.url
        )
    for event in data.events or ():
        yield _pivot(event.on, event.name, event.ref, PivotKind.EVENT, event.url)


def _pivot(
    on: dt.date, words: str, ref: str, kind: PivotKind, url: str | None
) -> Pivot:
    return Pivot(on=on, label=words, title=words, ref=ref, kind=kind, url=url)
