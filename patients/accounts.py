"""What administrators do: to accounts, never to records (O1, O2; security.md A8).

An administrator of a practice deals with its own clinicians and administrators. An
operator of the service (a post without a practice) deals with practices, their
administrators, and clinicians who work alone. Neither meets a patient here: somebody
who only keeps a record appears in no list, and whether a clinician keeps one as well
is not shown. Every act is written to the activity log.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError, NotAllowed
from patients import activity, devices, invitations
from patients.models import ActivityEvent, Administrator, Clinician, Organisation, User

Kind = activity.Kind


class LastAdministrator(DomainError):
    """Somebody must be left who can run the accounts."""

    code = "last_administrator"
    sentence = _("This is the last administrator here. Invite another one first.")


class NotYourself(DomainError):
    """An administrator does not do this to their own account."""

    code = "not_yourself"
    sentence = _("Ask another administrator to do this to your account.")


class WrongSuccessor(DomainError):
    """A successor works in the same practice and profession, verified and present."""

    code = "wrong_successor"
    sentence = _("Choose somebody verified in the same practice and profession.")


class MissingDetails(DomainError):
    """Hours, promise and helplines are confirmed together or not at all."""

    code = "missing_details"
    sentence = _("Fill in reply hours, the promise and helplines before confirming.")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which practices an administrator looks after."""

    operator: bool
    organisations: frozenset[UUID]

    def covers(self, organisation: Organisation | None) -> bool:
        """Say whether a practice's accounts are this administrator's business."""
        if organisation is None:
            return self.operator
        return self.operator or organisation.pk in self.organisations


def scope_of(admin: User) -> Scope:
    """Read an administrator's posts. Nobody else has a scope: raises NotAllowed."""
    posts = list(admin.admin_posts.values_list("organisation", flat=True))
    if not posts or not admin.is_active:
        raise NotAllowed
    return Scope(None in posts, frozenset(post for post in posts if post))


def clinicians_of(scope: Scope) -> QuerySet[Clinician]:
    """Give the posts an administrator looks after."""
    posts = Clinician.objects.select_related("user", "organisation", "successor__user")
    if not scope.operator:
        posts = posts.filter(organisation__in=scope.organisations)
    return posts.order_by("user__name", "created_at")


def administrators_of(scope: Scope) -> QuerySet[Administrator]:
    """Give the administrators one may see."""
    posts = Administrator.objects.select_related("user", "organisation")
    if not scope.operator:
        posts = posts.filter(organisation__in=scope.organisations)
    return posts.order_by("user__name")


def _require(by: User, organisation: Organisation | None) -> None:
    if not scope_of(by).covers(organisation):
        raise NotAllowed


@transaction.atomic
def verify(clinician: Clinician, *, by: User, now: dt.datetime) -> int:
    """Confirm a profession; teams that wait let the clinician in. Says how many.

    A clinician who works alone is verified by an operator of the service only, and
    nobody verifies themselves.
    """
    scope = scope_of(by)
    if clinician.user_id == by.pk:
        raise NotYourself
    if not scope.covers(clinician.organisation):
        raise NotAllowed
    if clinician.organisation.is_sole and not scope.operator:
        raise NotAllowed
    clinician.verified_at, clinician.verified_by = now, by
    clinician.save(update_fields=["verified_at", "verified_by"])
    _note(Kind.VERIFIED, clinician, by, now)
    return invitations.let_in(clinician, now=now)


@transaction.atomic
def suspend(clinician: Clinician, *, by: User, now: dt.datetime) -> None:
    """Close every record to this post at once.

    The account itself closes too, and its sessions end, unless the person has another
    post or a record of her own, which are not this administrator's to close.
    """
    _require(by, clinician.organisation)
    if clinician.user_id == by.pk:
        raise NotYourself
    _keep_an_administrator(clinician.user, clinician.organisation)
    clinician.suspended_at = now
    clinician.save(update_fields=["suspended_at"])
    if not _needed_elsewhere(clinician):
        _close(clinician.user, now)
    end_sessions(clinician.user)
    _note(Kind.SUSPENDED, clinician, by, now)


@transaction.atomic
def restore(clinician: Clinician, *, by: User, now: dt.datetime) -> None:
    """Open what `suspend` closed."""
    _require(by, clinician.organisation)
    clinician.suspended_at = None
    clinician.save(update_fields=["suspended_at"])
    user = clinician.user
    user.is_active, user.suspended_at = True, None
    user.save(update_fields=["is_active", "suspended_at"])
    _note(Kind.RESTORED, clinician, by, now)


@transaction.atomic
def reset_second_factor(clinician: Clinician, *, by: User, now: dt.datetime) -> None:
    """Remove every second factor, so that a new one is set up at the next sign-in.

    Never sets a password. All sessions end and all devices are forgotten.
    """
    _require(by, clinician.organisation)
    if clinician.user_id == by.pk:
        raise NotYourself
    Authenticator.objects.filter(user=clinician.user).delete()
    end_sessions(clinician.user)
    devices.forget(clinician.user, now=now)
    _note(Kind.FACTOR_RESET, clinician, by, now)


@transaction.atomic
def name_successor(
    clinician: Clinician, successor: Clinician, *, by: User, now: dt.datetime
) -> None:
    """Name who takes over from a clinician who leaves. Patients may accept, or not:
    nobody gets into a record by this."""
    _require(by, clinician.organisation)
    fits = (
        successor.pk != clinician.pk
        and successor.organisation_id == clinician.organisation_id
        and successor.profession == clinician.profession
        and successor.verified_at is not None
        and successor.suspended_at is None
        and successor.left_at is None
    )
    if not fits:
        raise WrongSuccessor
    clinician.successor, clinician.left_at = successor, clinician.left_at or now
    clinician.save(update_fields=["successor", "left_at"])
    _note(Kind.SUCCESSOR, clinician, by, now)


@transaction.atomic
def remove_administrator(post: Administrator, *, by: User, now: dt.datetime) -> None:
    """End an administrator's post. The last one of a practice stays."""
    _require(by, post.organisation)
    _keep_an_administrator(post.user, post.organisation)
    activity.note(
        Kind.ADMIN_REMOVED,
        by=by,
        about=post.user,
        organisation=post.organisation,
        now=now,
    )
    post.delete()


@dataclass(frozen=True, slots=True)
class Details:
    """What patients are told about a practice."""

    name: str
    country: str
    time_zone: str
    reply_hours: str
    reply_days: list[int]
    reply_from: dt.time | None
    reply_until: dt.time | None
    reading_promise: str
    helplines: str


@transaction.atomic
def describe(
    organisation: Organisation,
    details: Details,
    *,
    confirmed: bool,
    by: User,
    now: dt.datetime,
) -> None:
    """Write a practice's hours, promise and helplines; say whether a person checked.

    What nobody has confirmed is not shown to patients (ux.md 6.3: no promise).
    """
    _require(by, organisation)
    told = (details.reply_hours, details.reading_promise, details.helplines)
    if confirmed and not all(told):
        raise MissingDetails
    for name in Details.__slots__:
        setattr(organisation, name, getattr(details, name))
    organisation.confirmed_at = now if confirmed else None
    organisation.confirmed_by = by if confirmed else None
    organisation.save()
    activity.note(Kind.PRACTICE, by=by, organisation=organisation, now=now)


@transaction.atomic
def open_organisation(name: str, *, by: User, now: dt.datetime) -> Organisation:
    """Open a practice; its first administrator is invited next. Operators only."""
    _require(by, None)
    organisation = Organisation.objects.create(name=name, created_at=now)
    activity.note(Kind.PRACTICE, by=by, organisation=organisation, words=name, now=now)
    return organisation


def end_sessions(user: User) -> None:
    """Sign a person out everywhere."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def _close(user: User, now: dt.datetime) -> None:
    user.is_active, user.suspended_at = False, now
    user.save(update_fields=["is_active", "suspended_at"])


def _needed_elsewhere(clinician: Clinician) -> bool:
    user = clinician.user
    others = Clinician.objects.filter(user=user, suspended_at=None, left_at=None)
    if others.exclude(pk=clinician.pk).exists() or user.admin_posts.exists():
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.keeps_record(%s)", [user.pk])
        return bool(cursor.fetchone()[0])


def is_last(post: Administrator) -> bool:
    """Whether nobody else could look after the accounts here: that post stays."""
    here = Administrator.objects.filter(organisation=post.organisation)
    return _is_last(post.user, here)


def _keep_an_administrator(user: User, organisation: Organisation | None) -> None:
    here = Administrator.objects.select_for_update().filter(organisation=organisation)
    if _is_last(user, here.select_related(None)):
        raise LastAdministrator


def _is_last(user: User, here: "QuerySet[Administrator]") -> bool:
    active = [post.user_id for post in here]
    left = User.objects.filter(pk__in=active, is_active=True).exclude(pk=user.pk)
    return user.pk in active and not left.exists()


def _note(kind: Kind, clinician: Clinician, by: User, now: dt.datetime) -> None:
    activity.note(
        kind,
        by=by,
        about=clinician.user,
        organisation=clinician.organisation,
        words=clinician.get_profession_display(),
        now=now,
    )


def log_of(scope: Scope) -> QuerySet[ActivityEvent]:
    """Give the lines of the activity log an administrator may read."""
    lines = ActivityEvent.objects.select_related("by", "about", "organisation")
    if scope.operator:
        # People who only keep a record are no administrator's business, also here.
        works = Q(organisation__isnull=False) | Q(about__clinician_posts__isnull=False)
        works |= Q(about__admin_posts__isnull=False)
        return lines.filter(works).distinct().order_by("-at")
    return lines.filter(organisation__in=scope.organisations).order_by("-at")
