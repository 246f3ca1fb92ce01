"""The caseload page: filter, sort, find, pages of a hundred, and words for each row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.paginator import Page as Pages
from django.core.paginator import Paginator
from django.utils import translation
from django.utils.translation import gettext_lazy as lazy

from careplan.review import caseload, worklist
from careplan.review.caseload_moods import Mood, moods
from careplan.review.timeline.spark import spark, spark_apart
from careplan.review.timeline.svg import EMPTY, Svg
from careplan.review.timeline.words import day_near, day_short, number, spoken_by
from careplan.review.timeline.words import gettext as _
from careplan.review.worklist import Known, Rank, Reason
from patients.access import Actor

PAGE = 100
WEEK = dt.timedelta(days=7)

Pair = tuple[Known, Reason]

FILTERS: Mapping[str, tuple[Any, Callable[[Known, Reason], bool]]] = {
    "": (lazy("Everyone"), lambda known, reason: True),
    "needs": (lazy("Needs you"), lambda known, reason: worklist.needs_you(reason)),
    "visits": (
        lazy("Visits this week"),
        lambda known, reason: bool(
            known.next_visit and known.next_visit.date() <= known.today + WEEK
        ),
    ),
    "steps": (
        lazy("Dose steps due"),
        lambda known, reason: known.step_on is not None,
    ),
    "others": (
        lazy("Waiting for others"),
        lambda known, reason: bool(known.proposal_at and not known.is_mine_to_answer),
    ),
}
_FAR = dt.date.max
SORTS: Mapping[str, tuple[Any, Callable[[Pair], Any]]] = {
    "": (lazy("Need"), lambda pair: 0),
    "name": (lazy("Name"), lambda pair: pair[0].name.casefold()),
    "visit": (
        lazy("Next visit"),
        lambda pair: pair[0].next_visit or dt.datetime.max.replace(tzinfo=dt.UTC),
    ),
    "worse": (lazy("Getting worse"), lambda pair: -pair[0].phq9_change),
    "gain": (
        lazy("Not improving"),
        lambda pair: pair[1].rank is not Rank.NO_GAIN,
    ),
    "seen": (
        lazy("Not seen"),
        lambda pair: pair[0].last_visit or dt.datetime.min.replace(tzinfo=dt.UTC),
    ),
    "time": (lazy("Time in treatment"), lambda pair: pair[0].since or _FAR),
    "review": (lazy("Overdue review"), lambda pair: pair[0].review_on or _FAR),
    "concern": (
        lazy("Open concern"),
        lambda pair: pair[0].concern_at or dt.datetime.max.replace(tzinfo=dt.UTC),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for; nonsense means everyone, by need."""

    show: str = ""
    sort: str = ""
    find: str = ""
    page: str = "1"

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> Asked:
        show, sort = str(query.get("show", "")), str(query.get("sort", ""))
        return cls(
            show=show if show in FILTERS else "",
            sort=sort if sort in SORTS else "",
            find=" ".join(str(query.get("find", "")).split())[:80],
            page=str(query.get("page", "1"))[:6],
        )

    def address(self, **changed: str) -> str:
        new = replace(self, page="1", **changed)
        parts = {"show": new.show, "sort": new.sort, "find": new.find}
        return f"?{urlencode({name: value for name, value in parts.items() if value})}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One chip above the table."""

    label: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """One way to order the table."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person: every cell as it is printed.

    `shape` is what the mark-up depends on: "nothing" waits, "plain", or a tone.
    """

    shape: str
    id: str
    name: str
    about: str
    visit: str
    visit_at: str
    waits: str
    why: str
    line: Svg
    mood: str
    phq9: str
    phq9_words: str
    burden: str
    burden_words: str
    checkin: str
    version: str
    version_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole page."""

    asked: Asked
    count: int
    needing: int
    filters: tuple[Filter, ...]
    sorts: tuple[Sort, ...]
    groups: tuple[Group, ...]
    pages: Pages[Pair]
    query: str
    rules: tuple[str, ...]


def build(actor: Actor, asked: Asked, *, now: dt.datetime) -> Page:
    """Give one page of the caseload: four content queries at any size."""
    with spoken_by(translation):
        return _page(actor, asked, now=now)


def _page(actor: Actor, asked: Asked, *, now: dt.datetime) -> Page:
    everyone = [
        (known, worklist.first(known)) for known in caseload.people(actor, now=now)
    ]
    found = _found(everyone, asked)
    pages = Paginator(found, PAGE).get_page(asked.page)
    shown = [known for known, _reason in pages.object_list]
    mood_of = moods(shown, now=now) if shown else {}
    if shown:
        caseload.note_seen(actor, shown, now=now)
    rows = [
        (reason, _row(known, reason, mood_of.get(known.id))) for known, reason in pages
    ]
    return Page(
        asked=asked,
        count=len(everyone),
        needing=sum(worklist.needs_you(reason) for _known, reason in everyone),
        filters=_filters(everyone, asked),
        sorts=tuple(
            Sort(value=key, label=str(label), is_chosen=key == asked.sort)
            for key, (label, _by) in SORTS.items()
        ),
        groups=_groups(rows, asked),
        pages=pages,
        query=_kept(asked),
        rules=_rules(),
    )


def _kept(asked: Asked) -> str:
    query = asked.address().lstrip("?")
    return f"{query}&" if query else ""


def _found(everyone: list[Pair], asked: Asked) -> list[Pair]:
    chosen = FILTERS[asked.show][1]
    wanted = asked.find.casefold()
    found = [
        pair
        for pair in worklist.in_order(everyone)
        if chosen(*pair) and wanted in pair[0].name.casefold()
    ]
    return sorted(found, key=SORTS[asked.sort][1])


def _filters(everyone: list[Pair], asked: Asked) -> tuple[Filter, ...]:
    return tuple(
        Filter(
            label=str(label),
            url=asked.address(show=key) or "?",
            count=sum([chosen(known, reason) for known, reason in everyone]),
            current=key == asked.show,
        )
        for key, (label, chosen) in FILTERS.items()
    )


def _groups(rows: Sequence[tuple[Reason, Row]], asked: Asked) -> tuple[Group, ...]:
    if asked.sort:
        return (Group(title="", rows=tuple(row for _reason, row in rows)),)
    mine = tuple(row for reason, row in rows if worklist.needs_you(reason))
    rest = tuple(row for reason, row in rows if not worklist.needs_you(reason))
    groups = (
        Group(title=_("Needs you, {n}").format(n=len(mine)), rows=mine),
        Group(title=_("Coming up, {n}").format(n=len(rest)), rows=rest),
    )
    return tuple(group for group in groups if group.rows)


def _row(known: Known, reason: Reason, mood: Mood | None) -> Row:
    parts = [known.pronouns, str(known.age) if known.age is not None else ""]
    visit = known.next_visit
    local = visit.astimezone(ZoneInfo(known.zone)) if visit else None
    return Row(
        shape=(reason.tone.value or "plain") if reason.text else "nothing",
        id=str(known.id),
        name=known.name,
        about=" · ".join(part for part in parts if part),
        visit=f"{local:%a} {day_short(local.date())}" if local else _("None planned"),
        visit_at=f"{local:%H:%M}" if local else _contact_words(known),
        waits=reason.tag,
        why=reason.text,
        line=_line(mood),
        mood=_mood_words(mood),
        phq9=str(known.phq9[0]) if known.phq9 else "-",
        phq9_words=_phq9_words(known),
        burden="-" if known.burden is None else str(known.burden),
        burden_words=_burden_words(known.burden),
        checkin=_checkin_words(known),
        version=_("Version {n}").format(n=known.version) if known.version else "-",
        version_words=_plan_words(known),
    )


def _contact_words(known: Known) -> str:
    """When the plan's own rhythm asks for the next meeting, while none is booked."""
    if known.contact_on is None:
        return ""
    words = _("was due {day}") if known.is_contact_overdue else _("due by {day}")
    return words.format(day=day_near(known.contact_on, known.today))


def _line(mood: Mood | None) -> Svg:
    if mood is None:
        return EMPTY
    if mood.highs is None:
        return spark(mood.values, height=34)
    return spark_apart(lows=mood.values, highs=mood.highs, height=34)


def _steady_words(mood: Mood) -> str:
    """On the elevated-aware scale nearer to steady is better; 0 is steady, 3 furthest."""
    if mood.now is None or mood.before is None:
        return _("{mean} from steady").format(mean=number(mood.now or 0))
    turn = mood.now - mood.before
    word = _("same")
    if abs(turn) >= 1 / 2:
        word = _("less steady") if turn > 0 else _("steadier")
    words = _("{mean} from steady, {turn}")
    return words.format(mean=number(mood.now), turn=word)


def _mood_words(mood: Mood | None) -> str:
    if mood is None or mood.now is None:
        return _("Nothing in two weeks")
    if mood.highs is not None:
        return _steady_words(mood)
    if mood.before is None:
        return number(mood.now)
    turn = mood.now - mood.before
    word = _("same") if abs(turn) < 1 / 2 else _("up") if turn > 0 else _("down")
    return _("{mean}, {turn}").format(mean=number(mood.now), turn=word)


def _phq9_words(known: Known) -> str:
    if len(known.phq9) < 2:
        return "" if known.phq9 else _("No score")
    change, before = known.phq9_change, known.phq9[1]
    if not change:
        return _("no change from {n}").format(n=before)
    words = _("up {by} from {n}") if change > 0 else _("down {by} from {n}")
    return words.format(by=abs(change), n=before)


def _burden_words(burden: int | None) -> str:
    """0-2 Low, 3-4 Some, 5-6 High (ux.md 6.3) [CLIN]."""
    if burden is None:
        return _("Not asked")
    if burden <= 2:
        return _("Low")
    return _("Some") if burden <= 4 else _("High")


def _checkin_words(known: Known) -> str:
    days = known.days_since_checkin
    if days is None:
        return _("None yet")
    if days <= 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    if days < 7:
        return _("{n} days ago").format(n=days)
    return day_near(known.last_checkin, known.today) if known.last_checkin else ""


def _plan_words(known: Known) -> str:
    if known.proposal_at:
        return _("{n} suggested").format(n=known.version + 1)
    return _("agreed") if known.version else _("No plan yet")


def _rules() -> tuple[str, ...]:
    """Say in words how the order comes about, in the order of the rules."""
    return (
        _(
            "Safety: an open safety answer or red flag, or item 9 above the time before."
        ),
        _("Worse: PHQ-9 is 6 or GAD-7 is 4 points above the best (draft reference)."),
        _("Waiting for you: a concern you own, a question, a suggestion to answer."),
        _("Side effects up: stronger in the last two weeks than in the two before."),
        _("Due within 7 days: a dose step of your medicine, a blood test or check."),
        _(
            "Not improving: from day 56, fallen by less than 5 points and by less "
            "than half (draft reference). Only a recorded decision or a better score "
            "clears it."
        ),
        _("Review overdue: the day in the plan has passed."),
        _("Taper watch: a lowering goes on, is held or is watched."),
        _("No check-in: three times the person's own usual gap, at least 7 days."),
        _("Meeting overdue: by the plan's own interval, or 28 days without a visit."),
        _("Then the next visit, then the name. Private entries count nowhere."),
    )
