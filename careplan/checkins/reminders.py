"""The words of a reminder: plain or discreet, one channel, one language.

They name no illness, medicine, clinic, person or feeling, and they ask, never order.
What is rendered here is what is stored and what is sent; only the link's secret is
put in when the message is spoken.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID, uuid5

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from careplan.checkins.models import Kind
from careplan.outbox.links import PLACE

SEVERAL = "several"
WITH_LINK = frozenset({Kind.CHECKIN.value, Kind.DOSES.value})
"""Kinds that can be answered from the link; the others open after signing in."""


@dataclass(frozen=True, slots=True)
class Words:
    """A rendered message. `body` holds `[link]` where the address will stand."""

    subject: str
    body: str


@lru_cache(maxsize=512)
def words_for(
    kind: str, channel: str, language: str, manner: str, *, has_link: bool = True
) -> Words:
    """Render one reminder. `kind` is a Kind or "several"; without a link "several"
    leads to the page after signing in."""
    with translation.override(language):
        text = render_to_string(f"messages/{kind}/{manner}.txt").strip()
        subject = render_to_string(f"messages/{manner}_subject.txt").strip()
        body = render_to_string(
            f"messages/{channel}.txt",
            {"text": text, "address": _address(kind, has_link=has_link)},
        )
    return Words(subject, body.strip())


def _address(kind: str, *, has_link: bool) -> str:
    linked = kind in WITH_LINK or (kind == SEVERAL and has_link)
    return PLACE if linked else f"{settings.SITE_ADDRESS}/today/"


def notice_id(patient_id: UUID, local_date: object, slot: str) -> UUID:
    """The one message for everything of one person that is due in one slot."""
    return uuid5(patient_id, f"{local_date} {slot}")


def tag_of(notice: UUID) -> str:
    """The tag by which its messages are cancelled."""
    return f"notice:{notice}"


def dedupe_key(notice: UUID, channel: str, attempt: str = "0") -> str:
    """Decisions 30: what it is about, its channel, and which repeat it is."""
    return f"{notice}:reminder:{channel}:{attempt}"
