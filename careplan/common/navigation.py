"""What stands in the rail and the bottom bar, and which entry a page belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry. ``name`` is tried first; ``path`` stands in until the room exists."""

    key: str
    label: str | Promise
    icon: str
    name: str
    path: str
    on_phone: bool = True

    @property
    def url(self) -> str:
        return address(self.name, self.path)


def address(name: str, path: str) -> str:
    """The address of a named URL, or ``path`` while no such name is wired."""
    return _address(name, path, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=256)
def _address(name: str, path: str, _urlconf: object, _prefix: str) -> str:
    # Each page asks for the same dozen; what they follow from is in the key.
    try:
        return reverse(name)
    except NoReverseMatch:
        return path


PATIENT = (
    NavItem("today", _("Today"), "today", "home:today", "/today/"),
    NavItem("journal", _("Journal"), "journal", "journal:index", "/journal/"),
    NavItem("timeline", _("Timeline"), "timeline", "review:timeline", "/timeline/"),
    NavItem("plan", _("Plan"), "plan", "plan:own", "/plan/"),
    NavItem("messages", _("Messages"), "message", "team:messages", "/messages/"),
    NavItem(
        "visits", _("Visits"), "calendar", "team:visits", "/visits/", on_phone=False
    ),
    NavItem(
        "measures",
        _("Forms"),
        "table",
        "checkins:measures",
        "/measures/",
        on_phone=False,
    ),
    NavItem(
        "sharing",
        _("Sharing and privacy"),
        "lock",
        "team:sharing",
        "/sharing/",
        on_phone=False,
    ),
    NavItem(
        "settings",
        _("Settings"),
        "gear",
        "patients:settings",
        "/settings/",
        on_phone=False,
    ),
)

CLINICIAN = (
    NavItem("caseload", _("Caseload"), "people", "review:caseload", "/c/caseload/"),
    NavItem("visits", _("Visits"), "calendar", "team:clinician_visits", "/c/visits/"),
    NavItem("inbox", _("Inbox"), "inbox", "review:inbox", "/c/inbox/"),
    NavItem(
        "messages", _("Messages"), "message", "team:clinician_messages", "/c/messages/"
    ),
    NavItem(
        "settings", _("Settings"), "gear", "patients:clinician_settings", "/c/settings/"
    ),
)

MANAGE = (
    NavItem(
        "accounts", _("Accounts"), "people", "manage:accounts", "/manage/accounts/"
    ),
    NavItem("teams", _("Teams"), "inbox", "manage:teams", "/manage/teams/"),
    NavItem("invite", _("Invitations"), "plus", "manage:invite", "/manage/invite/"),
    NavItem("activity", _("Activity"), "clock", "manage:activity", "/manage/activity/"),
    NavItem("service", _("Service"), "gear", "manage:service", "/manage/service/"),
)


def manage(*, operates: bool) -> tuple[NavItem, ...]:
    """Whoever keeps one practice's accounts is not shown what the service's own do."""
    return MANAGE if operates else tuple(one for one in MANAGE if one.key != "service")


# Inside one person's record: key, word, address after the record's id.
PERSON = (
    ("review", _("Review"), "/c/people/{record}/review/"),
    ("timeline", _("Timeline"), "/p/{record}/timeline/"),
    ("plan", _("Plan"), "/p/{record}/plan/"),
    ("journal", _("Journal"), "/p/{record}/journal/"),
    ("measures", _("Measures"), "/p/{record}/measures/"),
    ("messages", _("Messages"), "/p/{record}/messages/"),
    ("visits", _("Visits"), "/p/{record}/visits/"),
)


@dataclass(frozen=True, slots=True)
class PersonLink:
    """One entry of the row of pages inside a person's record."""

    key: str
    label: str | Promise
    url: str


def person_links(record: object) -> tuple[PersonLink, ...]:
    """The pages of one record, for a clinician."""
    return tuple(
        PersonLink(key, label, path.format(record=record))
        for key, label, path in PERSON
    )


_ALIASES = {
    "check-in": "today",
    "checkin": "today",
    "proposals": "plan",
    "concerns": "messages",
    "heads-ups": "plan",
    "stopping": "plan",
    "safety": "inbox",
    "cover": "inbox",
}


def here(path: str) -> str:
    """The navigation key a path belongs to, or an empty string.

    ``/journal/2026-11-21/`` is "journal", ``/p/<record>/plan/versions/`` is "plan",
    ``/c/caseload/`` is "caseload".
    """
    parts = [part for part in path.split("/") if part]
    if parts[:1] == ["p"]:
        parts = parts[2:]
    elif parts[:2] == ["c", "people"]:
        return "caseload"
    elif parts[:1] in (["c"], ["manage"]):
        parts = parts[1:]
    if not parts:
        return ""
    return _ALIASES.get(parts[0], parts[0])
