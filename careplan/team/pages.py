"""What a page of this room says: threads as lines, ages in words, who reads."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from careplan.common import clock
from careplan.team import covers, queries
from careplan.team.access import Room
from careplan.team.alerts import hours_of
from careplan.team.concerns import PATIENT, is_overdue
from careplan.team.models import (
    Concern,
    ConcernNote,
    Conversation,
    CoverPeriod,
    Post,
)
from patients.models import CareTeamMember, Role, User

# Addresses a ground may lead to: kind, what its id looks like, where it is read.
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
GROUNDS = (
    (re.compile(r"day:(\d{4}-\d{2}-\d{2})"), "/p/{record}/journal/{0}/"),
    (re.compile(rf"medicine:({UUID})"), "/p/{record}/plan/medicines/{0}/"),
    (re.compile(rf"(?:proposal:)?({UUID})"), "/p/{record}/plan/proposals/{0}/"),
    (re.compile(rf"session:{UUID}"), "/p/{record}/plan/therapy/"),
    (re.compile(r"timeline"), "/p/{record}/timeline/"),
)
EVENTS = {
    "reopened": ("undo", gettext_lazy("%(who)s opened this again")),
    "suggested": ("step", gettext_lazy("%(who)s suggested a change")),
    "agreed": ("people", gettext_lazy("%(who)s agreed to the change")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a thread, as the component prints it."""

    kind: str
    name: str = ""
    full: str = ""  # the whole name, for the initials beside "You"
    role: str = ""
    when: str = ""
    text: str = ""
    icon: str = ""
    done: bool = False
    url: str = ""
    link_label: str = ""
    grounds: tuple["Fact", ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of "about this"."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ConcernPage:
    """A concern as one reader sees it."""

    concern: Concern
    heading: str
    lead: str
    tag: str
    said: str
    lines: tuple[Line, ...]
    facts: tuple[Fact, ...]
    is_overdue: bool
    plan_url: str

    @property
    def is_closed(self) -> bool:
        return not self.concern.is_open


def day(at: dt.datetime, zone: str) -> str:
    """Give a day in words, with the year when it is not this year's neighbour."""
    return formats.date_format(at.astimezone(ZoneInfo(zone)).date(), "j F")


def date_words(on: dt.date | None) -> str:
    """Give a date in words, or nothing."""
    return formats.date_format(on, "j F") if on else ""


def moment(at: dt.datetime, zone: str) -> str:
    """Give a day and a time in words, such as "21 November, 16:58"."""
    wall = at.astimezone(ZoneInfo(zone))
    return f"{formats.date_format(wall.date(), 'j F')}, {wall:%H:%M}"


def days(count: int) -> str:
    """Give a number of days in words."""
    if count < 1:
        return _("less than a day")
    return ngettext("%(n)d day", "%(n)d days", count) % {"n": count}


def name_for(reader: User, who: User) -> str:
    """Give the name a reader is shown; their own is "You"."""
    return _("You") if who.pk == reader.pk else who.called


def ground_url(record: object, ref: str) -> str:
    """Give where a ground is read, or nothing when its reference is not known."""
    for pattern, address in GROUNDS:
        if match := pattern.fullmatch(ref):
            return address.format(*match.groups(), record=record)
    return ""


# --- concerns ---------------------------------------------------------------------


def concern_page(room: Room, concern: Concern, *, now: dt.datetime) -> ConcernPage:
    """Put together what the page of one concern says."""
    notes = queries.notes_of(concern)
    return ConcernPage(
        concern=concern,
        heading=queries.heading(concern.question),
        lead=_lead(room, concern),
        tag=_tag(room, concern),
        said=_strip(room, concern, now),
        lines=tuple(_lines(room, concern, notes)),
        facts=tuple(_facts(room, concern, notes, now)),
        is_overdue=is_overdue(concern, now),
        plan_url=_version_url(room, concern),
    )


def _lead(room: Room, concern: Concern) -> str:
    names = {"who": concern.raised_by.called, "owner": concern.owner.called}
    if not room.is_patient:
        names["patient"] = room.patient.called
        return _("A question about %(patient)s, from %(who)s to %(owner)s.") % names
    if concern.raised_by_id == room.user.pk:
        return _("You asked %(owner)s about this.") % names
    return (
        _(
            "%(who)s asked %(owner)s about this. You can read and answer everything"
            " they write here."
        )
        % names
    )


def _tag(room: Room, concern: Concern) -> str:
    if concern.is_open:
        return str(concern.get_state_display()).capitalize()
    return _("Answered") if room.is_patient else _("Closed")


def _strip(room: Room, concern: Concern, now: dt.datetime) -> str:
    if concern.closed_at is None:
        age = {"age": days((now - concern.raised_at).days)}
        return _("Open for %(age)s") % age
    on = {"day": day(concern.closed_at, room.user.time_zone)}
    if concern.state == Concern.State.CLOSED_NO_CHANGE:
        return _("Closed on %(day)s without a change") % on
    if room.is_patient:
        return _("Your plan changed on %(day)s") % on
    on["version"] = str(concern.closed_version)
    return _("Closed on %(day)s by plan version %(version)s") % on


def _lines(
    room: Room, concern: Concern, notes: Sequence[ConcernNote]
) -> Iterable[Line]:
    yield Line(
        kind="message",
        name=name_for(room.user, concern.raised_by),
        full=concern.raised_by.name,
        role=concern.raised_as,
        when=_("asked, %(day)s") % {"day": day(concern.raised_at, room.user.time_zone)},
        text=concern.question,
        grounds=tuple(_grounds(concern)),
    )
    for note in notes:
        yield _event(room, concern, note) if note.event else _words(room, note)


def _grounds(concern: Concern) -> Iterable[Fact]:
    both = (
        (concern.ground_label, concern.ground_ref),
        (concern.also_label, concern.also_ref),
    )
    for label, ref in both:
        if label:
            yield Fact("", label, ground_url(concern.patient_id, ref))


def _words(room: Room, note: ConcernNote) -> Line:
    on = {"day": day(note.written_at, room.user.time_zone)}
    verb = (
        _("wrote, %(day)s") if note.author_role == PATIENT else _("answered, %(day)s")
    )
    return Line(
        kind="message",
        name=name_for(room.user, note.author),
        full=note.author.name,
        role=note.author_role,
        when=verb % on,
        text=note.text,
    )


def _event(room: Room, concern: Concern, note: ConcernNote) -> Line:
    who = name_for(room.user, note.author)
    when = day(note.written_at, room.user.time_zone)
    if note.event == "closed_no_change":
        said = _("%(who)s closed this. No change because: %(why)s")
        text = said % {"who": who, "why": note.text}
        return Line(kind="event", icon="check", done=True, text=text, when=when)
    if note.event == "closed_by_change":
        text = _("Closed by plan version %(n)s") % {"n": concern.closed_version}
        url = _version_url(room, concern)
        label = _("Open my plan") if room.is_patient else _("Read it")
        return Line(
            "event",
            text=text,
            when=when,
            icon="check",
            done=True,
            url=url,
            link_label=label,
        )
    icon, word = EVENTS.get(note.event, ("info", note.event))
    said = str(word) % {"who": who}
    text = f"{said}: {note.text}" if note.text else said
    return Line(kind="event", icon=icon, text=text, when=when)


def _version_url(room: Room, concern: Concern) -> str:
    if concern.closed_version is None or concern.is_open:
        return ""
    return f"{room.prefix}/plan/versions/{concern.closed_version}/"


def _facts(
    room: Room, concern: Concern, notes: Sequence[ConcernNote], now: dt.datetime
) -> Iterable[Fact]:
    yield Fact(_("Owner"), name_for(room.user, concern.owner))
    first = next((n for n in notes if n.author_id == concern.owner_id), None)
    if first is not None:
        wait = days((first.written_at - concern.raised_at).days)
        yield Fact(_("First answer"), _("After %(age)s") % {"age": wait})
    until = concern.closed_at or now
    yield Fact(_("Open for"), days((until - concern.raised_at).days))
    if url := _version_url(room, concern):
        label = _("Plan version %(n)s") % {"n": concern.closed_version}
        yield Fact(_("Closed by"), label, url)
    elif not concern.is_open:
        yield Fact(_("Closed"), _("Without a change"))


# --- conversations ----------------------------------------------------------------


def post_lines(room: Room, posts: Sequence[Post]) -> list[Line]:
    """Give a thread's messages as lines."""
    return [
        Line(
            kind="message",
            name=name_for(room.user, post.author),
            full=post.author.name,
            role=post.author_role,
            when=moment(post.written_at, room.user.time_zone),
            text=post.text,
        )
        for post in posts
    ]


def who_reads(room: Room, kind: str, members: Sequence[CareTeamMember]) -> str:
    """Say who reads a thread of this kind."""
    others = [m.called for m in members if m.user_id != room.user.pk]
    if kind == Conversation.Kind.CLINICIANS:
        said = _("%(names)s read this. %(patient)s can read it too.")
        names = {"names": listed([*others, _("you")]), "patient": room.patient.called}
        if room.is_patient:
            return _("Written by %(names)s. You can read it.") % {
                "names": listed(others)
            }
        return said % names
    if not room.is_patient:
        others = [room.patient.called, *others]
    if not others:
        return _("Nobody is on your team yet. Only you can read this.")
    return _("%(names)s and you read this.") % {"names": ", ".join(others)}


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {
        "first": ", ".join(names[:-1]),
        "last": names[-1],
    }


def reply_hours(members: Sequence[CareTeamMember], zone: str) -> list[str]:
    """Say when each clinician reads, in their practice's own words.

    A practice that stated none promises nothing, and so does the page. Outside the
    hours of all of them a line says when the first one opens, on the clock of `zone`.
    Who is away reads nothing, and is said to be away.
    """
    now = clock.now()
    away = covers.absences({member.user_id for member in members}, now=now)
    here = [member for member in members if member.user_id not in away]
    return [
        *_stated_hours(here),
        *_closed_now(here, zone, now),
        *_away(members, away),
    ]


def _away(
    members: Sequence[CareTeamMember], away: dict[uuid.UUID, CoverPeriod]
) -> list[str]:
    names = {member.user_id: member.called for member in members}
    said = []
    for user_id, period in away.items():
        words = {"who": names[user_id], "day": date_words(period.ends_on)}
        line = _("%(who)s is away until %(day)s.") % words
        if period.cover_id in names and period.cover_id not in away:
            words["cover"] = names[period.cover_id]
            line = _("%(who)s is away until %(day)s. %(cover)s covers.") % words
        said.append(line)
    return said


def _closed_now(
    members: Sequence[CareTeamMember], zone: str, now: dt.datetime
) -> list[str]:
    hours = [hours_of(member) for member in members]
    if not hours or any(one is None or one.is_open(now) for one in hours):
        return []
    opens = min(one.opens_next(now) for one in hours if one is not None)
    wall = opens.astimezone(ZoneInfo(zone))
    when = f"{formats.date_format(wall.date(), 'l, j F')}, {wall:%H:%M}"
    return [
        _("It is outside these hours now. They begin again on %(when)s.")
        % {"when": when}
    ]


def _stated_hours(members: Sequence[CareTeamMember]) -> list[str]:
    names: dict[str, list[str]] = {}
    for member in members:
        if hours := _hours_of(member):
            names.setdefault(hours, []).append(member.called)
    return [
        ngettext(
            "%(names)s reads messages: %(hours)s.",
            "%(names)s read messages: %(hours)s.",
            len(people),
        )
        % {"names": listed(people), "hours": hours}
        for hours, people in names.items()
    ]


def _hours_of(member: CareTeamMember) -> str:
    practice = member.clinician.organisation if member.clinician else None
    return practice.reply_hours if practice and practice.confirmed_at else ""


def choices_of(members: Sequence[CareTeamMember]) -> list[tuple[object, str]]:
    """Give clinicians as choices: "Dr Ada Okafor, prescriber"."""
    return [(m.user_id, f"{m.user.name}, {Role(m.role).label}") for m in members]
