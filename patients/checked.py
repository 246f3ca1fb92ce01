"""Helplines that a person of the service has tried: before launch, then twice a year.

The catalogue says what was read in a source; here stands who rang and when
(helplines.json, notes).
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from careplan.common.catalogue import helplines
from careplan.common.catalogue.helplines import Helpline
from patients import activity
from patients.accounts import scope_of
from patients.models import HelplineCheck, Organisation, User


@dataclass(frozen=True, slots=True)
class Line:
    """A helpline, when somebody last tried it, and whether it is time again."""

    helpline: Helpline
    checked_on: dt.date | None
    is_due: bool


@dataclass(frozen=True, slots=True)
class Served:
    """A country in which practices work, with its helplines."""

    name: str
    lines: tuple[Line, ...]

    @property
    def due(self) -> int:
        """How many lines wait for somebody to try them."""
        return sum(line.is_due for line in self.lines)


def served(*, now: dt.datetime) -> list[Served]:
    """Give the countries where practices work, each with its helplines."""
    codes = Organisation.objects.values_list("country", flat=True).distinct()
    confirmed, today = _confirmed(), now.date()
    return [_country(code, confirmed, today) for code in sorted(set(codes))]


def _country(code: str, confirmed: dict[str, dt.date], today: dt.date) -> Served:
    row = helplines.country(code)
    due = helplines.due_for_checking(code, confirmed=confirmed, today=today)
    late = {line.id for line in due}
    lines = (
        Line(line, confirmed.get(line.id, line.last_checked), line.id in late)
        for line in row.lines
    )
    return Served(row.name, tuple(lines))


def _confirmed() -> dict[str, dt.date]:
    rows = HelplineCheck.objects.order_by("checked_at")
    return {one: at.date() for one, at in rows.values_list("helpline", "checked_at")}


@transaction.atomic
def confirm(ids: list[str], *, by: User, now: dt.datetime) -> int:
    """Write down that these lines were tried today; says how many. Operators only.

    Ids that no served country has are left out.
    """
    if not scope_of(by).operator:
        return 0
    known = {line.helpline.id for one in served(now=now) for line in one.lines}
    rows = [
        HelplineCheck(helpline=one, checked_at=now, checked_by=by, created_at=now)
        for one in sorted(set(ids) & known)
    ]
    HelplineCheck.objects.bulk_create(rows)
    if rows:
        words = f"{len(rows)}"
        activity.note(activity.Kind.HELPLINES, by=by, words=words, now=now)
    return len(rows)
