"""Programme figures (V11): an organisation in counts, no person visible.

A group of fewer than ten people is hidden, and so is what could be worked out from
it. Counted is what a person shares with somebody of the organisation; the counting
runs as `system("metrics")` and brings back no name and no id. Rules: clinical.md 3.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from careplan.common.identity import acting_as, system
from journal import change, timings

FEWEST = 10
WEEK = 7
DAYS = 90

SHARED = """
SELECT m.patient_id FROM patients_careteammember m
JOIN patients_clinician c ON c.id = m.clinician_id
WHERE c.organisation_id = %(place)s AND m.state = 'active'
AND c.suspended_at IS NULL AND %(topic)s = ANY(m.topics)
"""
PEOPLE = """
SELECT count(DISTINCT m.patient_id) FROM patients_careteammember m
JOIN patients_clinician c ON c.id = m.clinician_id
WHERE c.organisation_id = %(place)s AND m.state = 'active' AND c.suspended_at IS NULL
"""
SCORES = f"""
SELECT array_agg(r.score ORDER BY r.sent_at), array_agg(r.local_date ORDER BY r.sent_at)
FROM journal_measureresponse r WHERE r.patient_id IN ({SHARED})
AND r.instrument = 'phq9' AND r.state = 'sent' AND r.score IS NOT NULL
AND NOT r.is_private AND r.deleted_at IS NULL
GROUP BY r.patient_id HAVING count(*) > 1
"""  # noqa: S608 - made of our own words
VISITS = f"""
SELECT count(*) FILTER (WHERE v.state = 'held'),
  count(*) FILTER (WHERE v.state = 'missed'), count(DISTINCT v.patient_id)
FROM careplan_visit v WHERE v.patient_id IN ({SHARED})
AND v.starts_at > %(since)s AND v.starts_at <= %(now)s
AND v.clinician_id IN (SELECT user_id FROM patients_clinician
  WHERE organisation_id = %(place)s)
"""  # noqa: S608 - made of our own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One person's totals and their days, oldest first. Nobody's in particular."""

    totals: tuple[int, ...]
    days: tuple[dt.date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: of how many, and how it is worked out. Empty when hidden."""

    name: str
    value: str
    of: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All figures."""

    people: str
    figures: tuple[Figure, ...]


def build(organisation: UUID, *, today: dt.date, now: dt.datetime) -> Page:
    """Give the figures of everybody who shares with an organisation's clinicians."""
    given = {"place": organisation, "since": now - dt.timedelta(days=DAYS), "now": now}
    with acting_as(system("metrics")), transaction.atomic():
        (count,) = _rows(PEOPLE, **given)[0]
        scored = [
            Course(totals=tuple(totals), days=tuple(days))
            for totals, days in _rows(SCORES, topic="measures", **given)
        ]
        held, missed, seen = _rows(VISITS, topic="visits", **given)[0]
    figures = (
        _share(
            _("Response"),
            scored,
            lambda one: change.response(one.totals[0], one.totals[-1]) is True,
            _("PHQ-9 fallen by half or more since the first form; start at least 5"),
        ),
        _share(
            _("Remission range"),
            scored,
            lambda one: change.remission_range("phq9", one.totals[-1]) is True,
            _("last PHQ-9 below 5"),
        ),
        _time_to_target(scored),
        *_visits(held, missed, seen),
        _seconds(organisation, today),
    )
    people = str(count) if count >= FEWEST else _("fewer than 10")
    return Page(people=people, figures=figures)


def _rows(query: str, **given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return list(cursor.fetchall())


def _hidden(name: str, rule: str) -> Figure:
    return Figure(name=name, value=_("hidden"), of=_("fewer than 10 people"), rule=rule)


def _share(
    name: str, people: Sequence[Course], is_so: Callable[[Course], bool], rule: str
) -> Figure:
    """A share in percent; hidden when either side of it is a handful of people."""
    yes = sum(is_so(one) for one in people)
    if len(people) < FEWEST:
        return _hidden(name, rule)
    of = _("of {n} people with two forms").format(n=len(people))
    if 0 < yes < FEWEST or 0 < len(people) - yes < FEWEST:
        return Figure(name=name, value=_("hidden"), of=_("a group under 10"), rule=rule)
    return Figure(name=name, value=f"{100 * yes // len(people)} %", of=of, rule=rule)


def _time_to_target(people: Sequence[Course]) -> Figure:
    name = _("Time to target")
    rule = _("median weeks from the first form to the first PHQ-9 below 5")
    weeks = sorted(found for one in people if (found := _weeks(one)) is not None)
    if len(weeks) < FEWEST:
        return _hidden(name, rule)
    middle = weeks[len(weeks) // 2]
    of = _("of {n} people who reached it").format(n=len(weeks))
    return Figure(name=name, value=_("{n} weeks").format(n=middle), of=of, rule=rule)


def _weeks(one: Course) -> int | None:
    pairs = zip(one.days, one.totals, strict=True)
    reached = next(
        (day for day, total in pairs if change.remission_range("phq9", total)), None
    )
    return (reached - one.days[0]).days // WEEK if reached else None


def _visits(held: int, missed: int, seen: int) -> tuple[Figure, Figure]:
    of = _("of {n} people in 90 days").format(n=seen)
    contacts, rule = _("Contacts"), _("visits that took place")
    absent, other = _("Did not happen"), _("visits marked so")
    if seen < FEWEST:
        return _hidden(contacts, rule), _hidden(absent, other)
    return (
        Figure(name=contacts, value=str(held), of=of, rule=rule),
        Figure(name=absent, value=str(missed), of=of, rule=other),
    )


def _seconds(organisation: UUID, today: dt.date) -> Figure:
    name, rule = _("Time of a check-in"), _("median, from the page shown to saved")
    found = timings.of_organisation(organisation, today=today)
    if found.median is None:
        return Figure(
            name=name, value=_("hidden"), of=_("too few check-ins"), rule=rule
        )
    return Figure(
        name=name,
        value=_("{n} seconds").format(n=found.median),
        of=_("of {n} check-ins in 90 days").format(n=found.checkins),
        rule=rule,
    )
