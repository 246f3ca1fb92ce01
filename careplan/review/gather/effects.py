"""The side-effect lanes: reports become runs of days at one strength."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from django.utils.translation import gettext

from careplan.common.catalogue import side_effects as catalogue
from careplan.review.gather.told import Told, words_of
from careplan.review.gather.window import Window
from careplan.review.timeline.data import Run, SideEffect, Span, Voice
from patients.topics import Topic

# A report speaks for the days until the next one, but for no longer than this: a
# person who checks in twice a week still shows one bar, a silent week shows a gap.
SPEAKS_FOR = dt.timedelta(days=4)
DAY = dt.timedelta(days=1)
NOT_RATED = 1  # drawn as mild: the lowest bar claims the least


def effects(
    window: Window, rows: Sequence[Told], silent: tuple[Span, ...] = ()
) -> tuple[SideEffect, ...] | None:
    """Give one lane per side effect reported in these days, strongest first."""
    if not window.opens(Topic.SIDE_EFFECTS):
        return None
    by_name: dict[str, list[Told]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.on, row.code)):
        by_name[row.code or words_of(row, window.patient.pk)].append(row)
    lanes = [_lane(name, rows, silent, window) for name, rows in by_name.items()]
    return tuple(sorted(lanes, key=_weight, reverse=True))


def _weight(effect: SideEffect) -> tuple[int, dt.date]:
    return max(run.level for run in effect.runs), effect.runs[-1].end


def _lane(
    name: str, reports: Sequence[Told], silent: tuple[Span, ...], window: Window
) -> SideEffect:
    first = reports[0]
    item = catalogue.side_effect(first.code) if first.code else None
    # Which medicine it was tied to is told only to those who may see medicines.
    told = reports if window.opens(Topic.MEDICINES) else ()
    linked = next((report for report in told if report.ref), None)
    return SideEffect(
        name=_name(item, name, window.voice),
        runs=tuple(_runs(reports, window)),
        nothing_logged=silent,
        linked=_link(linked) if linked else None,
        medicine_ref=f"medicine:{linked.ref}" if linked else None,
    )


def _name(item: catalogue.SideEffect | None, words: str, voice: Voice) -> str:
    """A clinician reads the term; a patient reads her own words, quoted as such."""
    if item is None:
        return words
    if voice is Voice.CLINICIAN:
        return item.clinical_term
    return gettext("“{words}”").format(words=item.patient_label)


def _link(report: Told) -> str:
    return f"{report.label}, {report.since:%-d %b}"


def _runs(reports: Sequence[Told], window: Window) -> Iterable[Run]:
    levels: dict[dt.date, int] = {}
    for report in reports:
        level = int(report.number or NOT_RATED)
        if report.on and levels.get(report.on, 0) < level:
            levels[report.on] = level
    days = sorted(levels)
    start = days[0]
    before, after_day = window.day_url().split("{day}")
    for day, after in zip_longest(days, days[1:]):
        joined = after is not None and after - day <= SPEAKS_FOR
        if joined and levels[after] == levels[day]:
            continue
        end = after - DAY if joined else day
        url = f"{before}{start}{after_day}"
        yield Run(start=start, end=end, level=levels[day], url=url)
        start = after
