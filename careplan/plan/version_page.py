"""What a version, the list of versions and their names say, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.clock import local_date
from careplan.plan import (
    compare,
    proposal_page,
    versions,
    wording,
)
from careplan.plan.models import (
    PlanVersion,
)
from patients.models import User

SECTION_WORDS = {
    "plan": lazy("What I want and do"),
    "medicines": lazy("Medicines"),
    "therapy": lazy("Therapy"),
    "safety": lazy("Safety"),
}


@dataclass(frozen=True)
class SignatureLine:
    """One name beside a version."""

    name: str
    role: str
    words: str


@dataclass(frozen=True)
class VersionLine:
    """One version in the list."""

    number: int
    when: str
    who: str
    author: str
    previous: int


@dataclass(frozen=True)
class ItemLine:
    """One item as it was signed, and what kind of thing its name is."""

    kind: str
    name: str
    facts: tuple[tuple[str, str], ...]


# Names in a person's own words say more beside what they are.
KIND_WORDS = {
    "approach": lazy("How we begin"),
    "goal": lazy("Goal"),
    "practice": lazy("Daily habit"),
    "early_sign": lazy("Early sign"),
    "preference": lazy("Wish"),
}


@dataclass(frozen=True)
class SectionPage:
    """One section of a version, as signed."""

    title: str
    why: str
    items: tuple[ItemLine, ...]


def _on(instant: datetime, zone: str) -> date:
    """A day is a day where the patient lives, whoever reads it."""
    return local_date(instant, zone)


def sections(said: Mapping[str, Mapping[str, object]]) -> tuple[SectionPage, ...]:
    """Return the sections that say something, in their order."""
    return tuple(
        SectionPage(
            str(words),
            str(said[topic].get("why", "")),
            tuple(
                ItemLine(str(KIND_WORDS.get(item.kind, "")), item.name, item.facts)
                for item in compare.items_of(said[topic])
            ),
        )
        for topic, words in SECTION_WORDS.items()
        if topic in said and compare.items_of(said[topic])
    )


def reasons(after: PlanVersion, before: PlanVersion | None) -> tuple[str, ...]:
    """Return why sections changed in the newer version."""
    was = versions.section_contents(before) if before else {}
    now = versions.section_contents(after)
    found = [
        str(section.get("why", ""))
        for topic, section in now.items()
        if section.get("items") != was.get(topic, {}).get("items")
    ]
    return tuple(dict.fromkeys(why for why in found if why))


def signature_lines(
    version: PlanVersion | None, *, zone: str
) -> tuple[SignatureLine, ...]:
    """Return who stands beside a version, silence and disagreement included."""
    if version is None:
        return ()
    return tuple(
        SignatureLine(
            row.user.name,
            str(proposal_page.ROLE_WORDS.get(row.role, row.role)),
            f"{row.get_kind_display()}"
            + (
                f", {wording.short_day(_on(row.signed_at, zone))}"
                if row.signed_at
                else ""
            ),
        )
        for row in sorted(version.signatures.all(), key=lambda s: str(s.role))
    )


def version_line(version: PlanVersion, reader: User, *, zone: str) -> VersionLine:
    """Return one line of the list of versions."""
    return VersionLine(
        version.number,
        wording.day(_on(version.agreed_at, zone)),
        _who(version, reader),
        version.author.name,
        version.number - 1,
    )


def _who(version: PlanVersion, reader: User) -> str:
    if version.kind == PlanVersion.Kind.OWN:
        is_mine = version.author_id == reader.pk
        return _("your own change") if is_mine else _("the patient's own part")
    if version.kind == PlanVersion.Kind.SAFETY:
        return _("started at once for safety")
    return _("agreed by {who}").format(who=_names(version, reader))


def _names(version: PlanVersion, reader: User) -> str:
    signed = [s for s in version.signatures.all() if s.kind.startswith("agreed")]
    if len(signed) == 3:
        is_in = any(s.user_id == reader.pk for s in signed)
        return _("all three of you") if is_in else _("all three")
    return wording.listed(
        _("you") if s.user_id == reader.pk else s.user.name
        for s in sorted(signed, key=lambda s: s.user_id != reader.pk)
    )


def version_words(head: PlanVersion | None, reader: User, *, zone: str) -> str:
    """Return "Version 3, agreed by all three, 2 March", or ""."""
    if head is None:
        return ""
    return _("Version {number}, {who}, {day}").format(
        number=head.number,
        who=_who(head, reader),
        day=wording.day(_on(head.agreed_at, zone)),
    )
