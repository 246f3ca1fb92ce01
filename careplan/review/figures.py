"""Programme figures (V11): a whole caseload in counts, no person visible.

A group of fewer than ten people is hidden, and so is what could be worked out from
it. Only what each person shares is counted. Rules: clinical.md 3.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from careplan.plan.models import Visit
from careplan.review import caseload
from careplan.review.worklist import Known
from journal import change
from patients.access import Actor

FEWEST = 10
WEEK = 7


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


def build(actor: Actor, *, now: dt.datetime) -> Page:
    """Give the figures of the people who share with this clinician."""
    everyone = caseload.people(actor, now=now)
    scored = [known for known in everyone if len(known.phq9) > 1]
    figures = (
        _share(
            _("Response"),
            scored,
            lambda known: change.response(known.phq9[-1], known.phq9[0]) is True,
            _("PHQ-9 fallen by half or more since the first form; start at least 5"),
        ),
        _share(
            _("Remission range"),
            scored,
            lambda known: change.remission_range("phq9", known.phq9[0]) is True,
            _("last PHQ-9 below 5"),
        ),
        _time_to_target(scored),
        *_visits(actor, everyone, now=now),
    )
    count = str(len(everyone)) if len(everyone) >= FEWEST else _("fewer than 10")
    return Page(people=count, figures=figures)


def _hidden(name: str, rule: str) -> Figure:
    return Figure(name=name, value=_("hidden"), of=_("fewer than 10 people"), rule=rule)


def _share(
    name: str, people: Sequence[Known], is_so: Callable[[Known], bool], rule: str
) -> Figure:
    """A share in percent; hidden when either side of it is a handful of people."""
    yes = sum(is_so(known) for known in people)
    if len(people) < FEWEST:
        return _hidden(name, rule)
    of = _("of {n} people with two forms").format(n=len(people))
    if 0 < yes < FEWEST or 0 < len(people) - yes < FEWEST:
        return Figure(name=name, value=_("hidden"), of=_("a group under 10"), rule=rule)
    return Figure(name=name, value=f"{100 * yes // len(people)} %", of=of, rule=rule)


def _time_to_target(people: Sequence[Known]) -> Figure:
    name = _("Time to target")
    rule = _("median weeks from the first form to the first PHQ-9 below 5")
    weeks = sorted(found for known in people if (found := _weeks(known)) is not None)
    if len(weeks) < FEWEST:
        return _hidden(name, rule)
    middle = weeks[len(weeks) // 2]
    of = _("of {n} people who reached it").format(n=len(weeks))
    return Figure(name=name, value=_("{n} weeks").format(n=middle), of=of, rule=rule)


def _weeks(known: Known) -> int | None:
    pairs = list(zip(known.phq9_days, known.phq9, strict=False))[::-1]
    reached = next(
        (day for day, total in pairs if change.remission_range("phq9", total)), None
    )
    return (reached - pairs[0][0]).days // WEEK if reached else None


def _visits(
    actor: Actor, people: Sequence[Known], *, now: dt.datetime
) -> tuple[Figure, Figure]:
    ids = [known.id for known in people]
    since = now - dt.timedelta(days=90)
    counts = Visit.objects.filter(
        patient__in=ids, clinician=actor.user, starts_at__range=(since, now)
    ).aggregate(
        held=Count("id", filter=Q(state="held")),
        missed=Count("id", filter=Q(state="missed")),
        seen=Count("patient", distinct=True),
    )
    of = _("of {n} people in 90 days").format(n=counts["seen"])
    held, missed = counts["held"], counts["missed"]
    contacts, rule = _("Contacts"), _("visits that took place")
    absent, other = _("Did not happen"), _("visits marked so")
    if counts["seen"] < FEWEST:
        return _hidden(contacts, rule), _hidden(absent, other)
    return (
        Figure(name=contacts, value=str(held), of=of, rule=rule),
        Figure(name=absent, value=str(missed), of=of, rule=other),
    )
