"""Forms answered: kept item by item, scored when complete, sent by the person.

An answer that needs help counts when it is given, even if the form is never sent
(clinical.md 2 and 9).
"""

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from careplan.common.clock import local_date
from careplan.common.errors import DomainError
from careplan.team import alerts
from journal import highs, instruments, safety, scoring
from journal.instruments import Instrument, Item
from journal.models import MeasureAssignment, MeasureResponse, SafetyMoment
from journal.refusals import AnswerRefused
from journal.scoring import Answer, SafetyOutput
from patients.models import Patient, User

FOLLOW_UP = "safety_follow_up"
Draft = MeasureResponse.State.DRAFT
Sent = MeasureResponse.State.SENT


class NoSuchForm(DomainError):
    """A form that is not there, or that needs a licence first."""

    code = "no_such_form"
    sentence = _("This form is not offered here.")


class AlreadyAsked(DomainError):
    """The form is asked of this person already."""

    code = "already_asked"
    sentence = _("This form is asked already. End that first to change it.")


class AlreadySent(DomainError):
    """A sent form does not change any more."""

    code = "already_sent"
    sentence = _("This form was sent. Start it again to answer anew.")


class NothingAnswered(DomainError):
    """An empty form cannot be sent."""

    code = "nothing_answered"
    sentence = _("Answer at least one question before you send this.")


def instrument(code: str) -> Instrument:
    """Give an instrument that may be used. Refuses an unknown one and every slot."""
    found = instruments.instrument(code)
    if found is None:
        raise NoSuchForm
    return found


def draft_of(patient_id: UUID, code: str) -> MeasureResponse | None:
    """Give the draft of a form that was begun and not sent."""
    rows = MeasureResponse.objects.filter(
        patient_id=patient_id, instrument=code, state=Draft, deleted_at__isnull=True
    )
    return rows.first()


def is_sent(patient_id: UUID, code: str) -> bool:
    """Whether this form was ever sent."""
    rows = MeasureResponse.objects.filter(
        patient_id=patient_id, instrument=code, state=Sent, deleted_at__isnull=True
    )
    return rows.exists()


@transaction.atomic
def begin(
    patient: Patient, code: str, *, is_private: bool = False, now: dt.datetime
) -> MeasureResponse:
    """Begin a form, or go on with the draft that is there."""
    form = instrument(code)
    draft = draft_of(patient.pk, code)
    if draft is not None and draft.version == form.version:
        return draft
    if draft is not None:  # the wording changed since: the old answers stay its own
        draft.deleted_at = now
        draft.save(update_fields=["deleted_at"])
    row = MeasureResponse(
        patient_id=patient.pk,
        instrument=code,
        version=form.version,
        assignment=_assignment(patient.pk, code),
        answers=[None] * len(form.items),
        local_date=local_date(now, patient.time_zone),
        zone=patient.time_zone,
        is_private=is_private,
        started_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # two presses of Start: the first one's draft is the draft
        return draft_of(patient.pk, code) or row
    return row


def _assignment(patient_id: UUID, code: str) -> MeasureAssignment | None:
    rows = MeasureAssignment.objects.filter(
        patient_id=patient_id, instrument=code, ended_at__isnull=True
    )
    return rows.first()


@transaction.atomic
def answer(
    draft: MeasureResponse,
    patient: Patient,
    *,
    number: int,
    value: Answer | None,
    now: dt.datetime,
) -> SafetyMoment | None:
    """Keep one answer (None: skipped). Gives the moment that opens the support page.

    Refuses an answer that is not offered, and one to a form already sent.
    """
    # Two tabs answer one form: each keeps its own answer and loses none of the other's.
    rows = MeasureResponse.objects.select_for_update().filter(pk=draft.pk)
    draft.state, draft.answers = rows.values_list("state", "answers").get()
    if draft.state != Draft:
        raise AlreadySent
    form = instrument(draft.instrument)
    after = answers_of(draft)
    after[number - 1] = value
    scoring.check_answers(form, after)
    draft.answers = [list(a) if isinstance(a, tuple) else a for a in after]
    draft.save(update_fields=["answers"])
    if value is None or not _needs_help(form, number, value):
        return None
    return _help_at_once(draft, patient, form, number, now)


@transaction.atomic
def answer_functional(draft: MeasureResponse, value: int | None) -> None:
    """Keep the question asked after the others; it never adds to a total."""
    if draft.state != Draft:
        raise AlreadySent
    form = instrument(draft.instrument)
    extra = form.functional_item
    if extra is None or (value is not None and value not in _values(extra.options)):
        raise AnswerRefused
    draft.functional = value
    draft.save(update_fields=["functional"])


def _values(options: tuple) -> set:  # type: ignore[type-arg] # any option's value
    return {option.value for option in options}


def answers_of(row: MeasureResponse) -> list[Answer | None]:
    """Give the answers as scoring reads them."""
    return [tuple(a) if isinstance(a, list) else a for a in row.answers]


def _needs_help(form: Instrument, number: int, value: Answer) -> bool:
    item = form.items[number - 1]
    if form.id == FOLLOW_UP:
        return value == 1 or (item.key == "might_act" and value == 9)
    return any(
        form.position_of(safe.item) == number - 1
        and isinstance(value, int)
        and value >= safe.at_least
        for safe in form.safety_items
    )


def _help_at_once(
    draft: MeasureResponse,
    patient: Patient,
    form: Instrument,
    number: int,
    now: dt.datetime,
) -> SafetyMoment:
    if not draft.is_private:
        _tell(draft, patient, form, number, now)
    return safety.open_moment(
        patient,
        ground=_ground(draft),
        exact=exact_words(form, form.items[number - 1], draft.answers[number - 1]),
        is_private=draft.is_private,
        now=now,
    )


def _ground(draft: MeasureResponse) -> str:
    return f"measure:{draft.pk}"


def _tell(
    draft: MeasureResponse,
    patient: Patient,
    form: Instrument,
    number: int,
    now: dt.datetime,
) -> None:
    value = draft.answers[number - 1]
    alerts.raise_alert(
        patient=patient,
        level=_level(form, value),
        ground=f"{_ground(draft)}:{number}",
        label=gettext("A safety answer"),
        exact=exact_words(form, form.items[number - 1], value),
        now=now,
    )


def _tell_what_was_kept(
    draft: MeasureResponse, patient: Patient, form: Instrument, now: dt.datetime
) -> None:
    """Tell of each answer that needs help, now that the form is private no more."""
    for number, value in enumerate(answers_of(draft), start=1):
        if value is not None and _needs_help(form, number, value):
            _tell(draft, patient, form, number, now)
    safety.opened(patient.pk, _ground(draft))


def _level(form: Instrument, value: Answer) -> str:
    """A task at 1, the same day at 2 or 3 and for every urgent follow-up answer."""
    if form.id == FOLLOW_UP or not isinstance(value, int) or not 0 <= value <= 3:
        return "same_day"
    output = scoring.item9_output(value, scoring.SafetyFollowUp())
    return "same_day" if output is SafetyOutput.URGENT else "routine"


def exact_words(form: Instrument, item: Item, value: object) -> str:
    """Give question and answer word for word."""
    return f"{form.name}: {item.text}\n{answer_words(form, item, value)}"


def answer_words(form: Instrument, item: Item, value: object) -> str:
    """Give an answer as it stood on the page."""
    if value is None:
        return gettext("not answered")
    texts: dict[object, str] = {
        option.value: option.text for option in form.options_of(item)
    }
    if isinstance(value, list | tuple):
        return ", ".join(texts.get(one, str(one)) for one in value) or gettext("none")
    return texts.get(value, str(value))


@transaction.atomic
def send(
    draft: MeasureResponse, patient: Patient, *, is_private: bool, now: dt.datetime
) -> MeasureResponse:
    """Send a form to the team, or keep it private. A missing item means no total.

    Answers that were kept private until now tell the team as they would have when they
    were given. Moves the next date of a form that is asked again; a positive high-mood check of
    somebody on an antidepressant tells the team (clinical.md 1 rule 8). Refuses one
    sent already and one without a single answer.
    """
    if draft.state != Draft:
        raise AlreadySent
    if all(value is None for value in draft.answers):
        raise NothingAnswered
    form = instrument(draft.instrument)
    found = scoring.score(form, answers_of(draft))
    is_shown_now = draft.is_private and not is_private
    draft.state, draft.sent_at, draft.is_private = Sent, now, is_private
    draft.score, draft.band = found.total, found.band or ""
    draft.local_date = local_date(now, draft.zone)
    draft.save(
        update_fields=["state", "sent_at", "is_private", "score", "band", "local_date"]
    )
    _move_on(draft)
    if is_shown_now:
        _tell_what_was_kept(draft, patient, form, now)
    highs.tell_of_check(patient, draft, now=now)
    return draft


def _move_on(row: MeasureResponse) -> None:
    asked = _assignment(row.patient_id, row.instrument)
    if asked is None or row.local_date < asked.due_on - dt.timedelta(days=3):
        return
    if asked.every_days is None:
        asked.ended_at = row.sent_at
    else:
        asked.due_on = row.local_date + dt.timedelta(days=asked.every_days)
    asked.save(update_fields=["ended_at", "due_on"])


@transaction.atomic
def discard(draft: MeasureResponse, *, now: dt.datetime) -> None:
    """Let go of a draft. Safety moments it opened stay."""
    draft.deleted_at = now
    draft.save(update_fields=["deleted_at"])


@transaction.atomic
def ask(
    patient: Patient,
    *,
    code: str,
    reason: str,
    due_on: dt.date,
    every_days: int | None,
    by: User,
    now: dt.datetime,
) -> MeasureAssignment:
    """Ask a person for a form, with a reason they read. Refuses a second asking."""
    instrument(code)
    if _assignment(patient.pk, code) is not None:
        raise AlreadyAsked
    row = MeasureAssignment(
        patient=patient,
        instrument=code,
        reason=reason.strip(),
        every_days=every_days,
        due_on=due_on,
        asked_by=by,
        asked_at=now,
    )
    row.save(force_insert=True)
    return row


@transaction.atomic
def stop_asking(asked: MeasureAssignment, *, now: dt.datetime) -> None:
    """End the asking; answers already given stay."""
    asked.ended_at = now
    asked.save(update_fields=["ended_at"])
