"""The kind notice of stopping (N12): thanks, never blame, and a person to talk to.

Many people think of stopping a medicine, and most tell nobody. Whoever tells us is
thanked; the prescriber gets it for the next working day, the therapist gets something
to talk about. Nothing here judges, and nothing tells anyone to stop or to go on.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from careplan.common.errors import DomainError
from careplan.common.identity import acting_as, system
from careplan.team import notices
from careplan.team.models import StoppingNotice
from patients.models import CareTeamMember, Patient, Role, User
from patients.topics import Topic

Source, Reason = StoppingNotice.Source, StoppingNotice.Reason
# Doses not taken, with a reason other than forgetting, within a week, that make a
# notice. A run of them, not one: a single dose is nobody's business but the plan's.
MISSED_IN_A_WEEK = 3
# Once it was talked about, the same medicine is not brought up again for a while.
QUIET_AFTER_ANSWER = dt.timedelta(days=14)
# Words of the journal for why a dose was not taken, as they read here.
FROM_JOURNAL = {
    "side_effects": Reason.SIDE_EFFECTS,
    "ran_out": Reason.HARD_TO_GET,
    "chose_not": Reason.OTHER,
    "other": Reason.OTHER,
}
NEEDED = {Source.SAID: Topic.MEDICINES, Source.MISSED: Topic.DOSES}


class MedicineNeeded(DomainError):
    """Nobody can talk about an unnamed medicine."""

    code = "medicine_needed"
    sentence = _("Write which medicine you mean.")


class AnswerNeeded(DomainError):
    """The notice is closed with a word on what was agreed."""

    code = "answer_needed"
    sentence = _("Write what you talked about, in a few words.")


class AnsweredBefore(DomainError):
    """Somebody else answered it first."""

    code = "answered_before"
    sentence = _("{name} answered this already.")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who will read a notice."""

    user: User
    role: str

    @property
    def called(self) -> str:
        return self.user.called


def readers(patient: Patient, source: str) -> list[Reader]:
    """Give the prescribers and therapists who may read it, prescribers first."""
    with acting_as(system("escalate")), transaction.atomic():
        members = CareTeamMember.objects.filter(
            patient=patient,
            state=CareTeamMember.State.ACTIVE,
            role__in=(Role.PRESCRIBER, Role.THERAPIST),
            topics__contains=[NEEDED[Source(source)]],
            user__is_active=True,
        ).select_related("user")
        found = [Reader(m.user, m.role) for m in members.order_by("joined_at")]
    return sorted(found, key=lambda reader: reader.role != Role.PRESCRIBER)


@transaction.atomic
def say(
    *,
    patient: Patient,
    medicine_label: str,
    medicine_ref: str = "",
    reasons: Iterable[str] = (),
    words: str = "",
    source: str = Source.SAID,
    now: dt.datetime,
) -> StoppingNotice:
    """Keep that the patient thinks of stopping, and tell who may read it.

    Called as the patient. For missed doses the same medicine has one open
    notice, and none for two weeks after it was talked about.
    """
    if not medicine_label.strip():
        raise MedicineNeeded
    if source == Source.MISSED and (one := _open_of(patient, medicine_ref, now)):
        return one
    notice = StoppingNotice(
        patient=patient,
        source=Source(source),
        medicine_label=medicine_label.strip(),
        medicine_ref=medicine_ref,
        reasons=[Reason(reason).value for reason in reasons],
        words=words.strip(),
        said_at=now,
    )
    notice.save(force_insert=True)
    for reader in readers(patient, source):
        notices.waits(reader.user, patient, about=f"stopping:{notice.pk}", now=now)
    return notice


def say_for_missed_doses(
    *,
    patient: Patient,
    medicine_label: str,
    medicine_ref: str,
    journal_reasons: Sequence[str],
    now: dt.datetime,
) -> StoppingNotice | None:
    """Say it for doses not taken in the last week, given each one's reason.

    A dose that slipped the mind, or has no reason, does not count; fewer than
    `MISSED_IN_A_WEEK` say nothing. Private answers must not be among them.
    """
    counted = [FROM_JOURNAL[why] for why in journal_reasons if why in FROM_JOURNAL]
    if len(counted) < MISSED_IN_A_WEEK:
        return None
    return say(
        patient=patient,
        medicine_label=medicine_label,
        medicine_ref=medicine_ref,
        reasons=dict.fromkeys(counted),
        source=Source.MISSED,
        now=now,
    )


def _open_of(
    patient: Patient, medicine_ref: str, now: dt.datetime
) -> StoppingNotice | None:
    rows = StoppingNotice.objects.filter(patient=patient, source=Source.MISSED)
    recent = Q(answered_at=None) | Q(answered_at__gt=now - QUIET_AFTER_ANSWER)
    return rows.filter(recent, medicine_ref=medicine_ref).order_by("said_at").last()


@transaction.atomic
def answer(
    notice: StoppingNotice, *, by: User, text: str, now: dt.datetime
) -> StoppingNotice:
    """Close a notice with a word on what was talked about; the patient reads it."""
    if not text.strip():
        raise AnswerNeeded
    notice = StoppingNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if notice.answered_by is not None:
        raise AnsweredBefore(name=notice.answered_by.called)
    notice.answer, notice.answered_by, notice.answered_at = text.strip(), by, now
    notice.save(update_fields=["answer", "answered_by", "answered_at"])
    person = notice.patient.user
    notices.waits(person, notice.patient, about=f"stopping:{notice.pk}", now=now)
    return notice


def talking_point(notice: StoppingNotice, *, name: str) -> str:
    """Give the therapist a way in. It asks; it never argues for or against."""
    return gettext(
        "You could ask %(name)s what they hope would be different without %(medicine)s,"
        " and what they would want to keep. Thank them for saying it. Questions about"
        " the dose go to the person who prescribes."
    ) % {"name": name, "medicine": notice.medicine_label}
