"""Leave and cover: while a clinician is away, alerts go to the one they named."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from careplan.common.clock import local_date
from careplan.common.errors import DomainError
from careplan.common.identity import acting_as, system
from careplan.team.models import CoverPeriod
from patients.models import CLINICAL_ROLES, CareTeamMember, User

LONGEST = dt.timedelta(days=366)


class NotACover(DomainError):
    """The person shares no team with the one who is away."""

    code = "not_a_cover"
    sentence = _("Choose a colleague who is on a team with you.")


class WrongPeriod(DomainError):
    """The period has no end, or is over before it begins."""

    code = "wrong_period"
    sentence = _("Choose a last day that comes after the first, and within a year.")


class PeriodOver(DomainError):
    """The period lies in the past."""

    code = "period_over"
    sentence = _("Choose a last day that is today or later.")


def colleagues(user: User) -> list[User]:
    """Give the clinicians who are on a team with `user`."""
    mine = CareTeamMember.objects.filter(
        user=user, state=CareTeamMember.State.ACTIVE, role__in=CLINICAL_ROLES
    )
    shared = CareTeamMember.objects.filter(
        patient__in=mine.values("patient"),
        state=CareTeamMember.State.ACTIVE,
        role__in=CLINICAL_ROLES,
    ).exclude(user=user)
    return list(
        User.objects.filter(pk__in=shared.values("user"), is_active=True).order_by(
            "name"
        )
    )


@transaction.atomic
def name_cover(
    away: User,
    *,
    cover: User,
    starts_on: dt.date,
    ends_on: dt.date,
    now: dt.datetime,
) -> CoverPeriod:
    """Keep who covers from the first day to the last, both included.

    Their rights do not change: where the cover is not on a team, alerts go to the
    next person on it.
    """
    if ends_on < starts_on or ends_on - starts_on > LONGEST:
        raise WrongPeriod
    if ends_on < local_date(now, away.time_zone):
        raise PeriodOver
    if cover.pk not in {one.pk for one in colleagues(away)}:
        raise NotACover
    period = CoverPeriod(away=away, cover=cover, starts_on=starts_on, ends_on=ends_on)
    period.save(force_insert=True)
    return period


@transaction.atomic
def end(period: CoverPeriod, *, now: dt.datetime) -> CoverPeriod:
    """End a cover before its last day, or take it back."""
    period.ended_at = now
    period.save(update_fields=["ended_at"])
    return period


def periods_of(user: User, *, today: dt.date) -> list[CoverPeriod]:
    """Give the covers that `user` named and that are not over."""
    rows = CoverPeriod.objects.filter(away=user, ended_at=None, ends_on__gte=today)
    return list(rows.select_related("cover").order_by("starts_on"))


def covering_for(user: User, *, today: dt.date) -> list[CoverPeriod]:
    """Give the covers in which others named `user`."""
    rows = CoverPeriod.objects.filter(cover=user, ended_at=None, ends_on__gte=today)
    return list(rows.select_related("away").order_by("starts_on"))


def away_on(users: Collection[UUID], *, now: dt.datetime) -> dict[UUID, UUID]:
    """Say who of `users` is away now, and who covers. Called as the system."""
    return {period.away_id: period.cover_id for period in _now(users, now)}


def absences(users: Collection[UUID], *, now: dt.datetime) -> dict[UUID, CoverPeriod]:
    """Give the covers of `users` that run now, for whoever is promised an answer.

    A period is the two clinicians' own; a page reads it as the system and tells its
    reader the last day alone, and who covers only where they know that person.
    """
    if not users:
        return {}
    with acting_as(system("escalate")), transaction.atomic():
        return {period.away_id: period for period in _now(users, now)}


def _now(users: Collection[UUID], now: dt.datetime) -> list[CoverPeriod]:
    """Give the periods that run now, on the days of the person who is away."""
    near = (now - dt.timedelta(days=2)).date(), (now + dt.timedelta(days=2)).date()
    rows = CoverPeriod.objects.filter(
        away__in=list(users),
        ended_at=None,
        starts_on__lte=near[1],
        ends_on__gte=near[0],
    )
    return [
        period
        for period in rows.select_related("away").order_by("created_at")
        if period.starts_on <= local_date(now, period.away.time_zone) <= period.ends_on
    ]
