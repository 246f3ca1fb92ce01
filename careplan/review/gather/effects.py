"""The side-effect lanes: reports become runs of days at one strength."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from careplan.common.catalogue import side_effects as catalogue
from careplan.review.gather.window import Window
from careplan.review.timeline.data import Run, SideEffect, Span, Voice
from journal.models import SideEffectReport
from patients.rows import PatientRow
from patients.topics import Topic

# A report speaks for the days until the next one, but for no longer than this: a
# person who checks in twice a week still shows one bar, a silent week shows a gap.
SPEAKS_FOR = dt.timedelta(days=4)
DAY = dt.timedelta(days=1)
NOT_RATED = 1  # drawn as mild: the lowest bar claims the least


def asked(window: Window) -> dict[type[PatientRow], QuerySet[Any]]:
    """Say which rows these lanes need, for `together.read`."""
    if not window.opens(Topic.SIDE_EFFECTS):
        return {}
    return {SideEffectReport: SideEffectReport.objects.filter(**window.shown())}


def effects(
    window: Window, rows: Sequence[SideEffectReport], silent: tuple[Span, ...] = ()
) -> tuple[SideEffect, ...] | None:
    """Give one lane per side effect reported in these days, strongest first."""
    if not window.opens(Topic.SIDE_EFFECTS):
        return None
    by_name: dict[str, list[SideEffectReport]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.local_date):
        by_name[row.code or row.words].append(row)
    lanes = [_lane(reports, silent, window) for reports in by_name.values()]
    return tuple(sorted(lanes, key=_weight, reverse=True))


def _weight(effect: SideEffect) -> tuple[int, dt.date]:
    return max(run.level for run in effect.runs), effect.runs[-1].end


def _lane(
    reports: Sequence[SideEffectReport], silent: tuple[Span, ...], window: Window
) -> SideEffect:
    first = reports[0]
    item = catalogue.side_effect(first.code) if first.code else None
    # Which medicine it was tied to is told only to those who may see medicines.
    told = reports if window.opens(Topic.MEDICINES) else ()
    linked = next((report for report in told if report.is_linked), None)
    return SideEffect(
        name=_name(item, first, window.voice),
        runs=tuple(_runs(reports, window)),
        nothing_logged=silent,
        linked=_link(linked) if linked else None,
        medicine_ref=f"medicine:{linked.change_medication_id}" if linked else None,
    )


def _name(
    item: catalogue.SideEffect | None, report: SideEffectReport, voice: Voice
) -> str:
    """A clinician reads the term; a patient reads her own words, quoted as such."""
    if item is None:
        return report.words
    if voice is Voice.CLINICIAN:
        return item.clinical_term
    return gettext("“{words}”").format(words=item.patient_label)


def _link(report: SideEffectReport) -> str:
    return f"{report.change_label}, {report.change_on:%-d %b}"


def _runs(reports: Sequence[SideEffectReport], window: Window) -> Iterable[Run]:
    levels: dict[dt.date, int] = {}
    for report in reports:
        level = report.strength or NOT_RATED
        levels[report.local_date] = max(levels.get(report.local_date, 0), level)
    days = sorted(levels)
    start = days[0]
    for day, after in zip_longest(days, days[1:]):
        joined = after is not None and after - day <= SPEAKS_FOR
        if joined and levels[after] == levels[day]:
            continue
        end = after - DAY if joined else day
        url = window.day_url().replace("{day}", start.isoformat())
        yield Run(start=start, end=end, level=levels[day], url=url)
        start = after
