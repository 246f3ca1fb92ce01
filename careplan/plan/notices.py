"""Word that something waits: neutral outside, so that a stranger learns nothing (C1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from careplan.outbox import queue
from careplan.plan.canonical import digest
from careplan.plan.models import Proposal
from careplan.team import notices
from patients.models import User

WORTH_SENDING_FOR = timedelta(days=2)


def tag(proposal_id: UUID) -> str:
    """Return the tag by which waiting words about one suggestion are taken back."""
    return f"proposal:{proposal_id}"


def tell(
    proposal: Proposal, *, people: Iterable[User], purpose: str, now: datetime
) -> None:
    """Queue one neutral e-mail for the patient, in the caller's transaction.

    It names no medicine, illness, clinic, feeling or clinician; the page says more.
    A second call for the same purpose adds nothing. Clinicians learn of it by their
    digest, once a day at the time they chose (decisions 32).
    """
    for person in people:
        if person.pk != proposal.patient.user_id:
            about = tag(proposal.pk)
            notices.waits(person, proposal.patient, about=about, now=now)
            continue
        with translation.override(person.language):
            queue.enqueue(
                recipient=person,
                channel="email",
                kind="plan",
                subject=_("A message from your team"),
                body=_(
                    "Something new waits for you.\n\nSign in to read it:\n{address}\n"
                ).format(address=settings.SITE_ADDRESS),
                dedupe_key=_key(proposal, purpose, person),
                about=(tag(proposal.pk),),
                patient_id=proposal.patient_id,
                topic="plan",
                expires_at=now + WORTH_SENDING_FOR,
                now=now,
            )


def _key(proposal: Proposal, purpose: str, person: User) -> str:
    return "plan:" + digest(f"{proposal.pk}:{purpose}:{person.pk}")


def take_back(proposal: Proposal, *, now: datetime) -> None:
    """Cancel what was queued about a suggestion that is decided."""
    queue.cancel(tag(proposal.pk), reason="decided", now=now)
