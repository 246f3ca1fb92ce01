"""What the journal's pages read. Every page reads it in one go."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from django.core import signing
from django.utils.formats import date_format
from django.utils.translation import gettext

from careplan.common.catalogue import medicines as catalogue
from careplan.common.catalogue import side_effects
from careplan.common.clock import dose_day, local_date
from careplan.common.forms import MOOD_CHOICES, POLE_CHOICES, Tide
from journal import effects, medicines, rash_question, readers, shown
from journal.medicines import DueDose, Medicine
from journal.models import Entry, SideEffectReport, Tracker
from patients.models import Patient
from patients.topics import Topic

FIRST_TIME = 6  # chips offered before anything was ever logged (ux 4.2)
AT_MOST = 10
# Offered where the plan knows no medicine yet.
USUAL = ("nausea", "headache", "drowsiness", "insomnia", "dizziness", "dry_mouth")
QUIET_FOR = dt.timedelta(days=7)
FEELINGS = ("energy", "worry", "irritability")


@dataclass(frozen=True, slots=True)
class CheckinPage:
    """Everything the check-in page shows, before anything was typed."""

    patient_id: UUID
    zone: str
    scale: str
    day: dt.date
    medicines: tuple[Medicine, ...]
    doses: tuple[DueDose, ...]
    offered: tuple[str, ...]
    yesterday: tuple[SideEffectReport, ...]
    trackers: tuple[Tracker, ...]
    readers: readers.Readers
    feelings_off: frozenset[str] = frozenset()
    rash_with: str = ""  # the new medicine a rash is asked about with
    names_day: bool = False  # the doses' day is another than the wall's

    @property
    def readers_text(self) -> str:
        """Who will see it, said before saving (P10)."""
        return readers.who_sees(self.readers.get(Topic.MOOD, ()))

    @property
    def others(self) -> dict[str, str]:
        """Say of each part under a topic of its own who sees it, where that differs."""
        usual = self.readers.get(Topic.MOOD, ())
        return {
            topic: readers.who_sees_this(names)
            for topic, names in self.readers.items()
            if names != usual or topic == Topic.SUBSTANCES
        }


@dataclass(frozen=True, slots=True)
class MoodSaved:
    """The last check-in of today, for the collapsed row."""

    entry_id: UUID
    word: str
    at: str


@dataclass(frozen=True, slots=True)
class Today:
    """The journal's part of the Today page: `journal/_mood_card.html`."""

    client_id: UUID
    shown: str
    scale: str
    saved: MoodSaved | None
    doses: tuple["DoseRow", ...]
    is_back_after_a_break: bool
    readers_text: str = ""
    medicines: tuple[Medicine, ...] = ()
    night_of: dt.date | None = None  # until 04:00 doses belong to the day before

    @property
    def tiles(self) -> str:
        """The seven tiles as they stand on Today."""
        elevated = self.scale == "elevated"
        choices = POLE_CHOICES if elevated else MOOD_CHOICES
        tide = Tide(choices=choices, middle=elevated)
        return tide.render("mood", None, {"id": "id_mood"})


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One medicine of today as the component `medicine_row` shows it."""

    key: str
    name: str
    dose: str
    when: str
    done: str = ""
    tag: str = ""


def checkin_page(patient: Patient, *, at: dt.datetime, now: dt.datetime) -> CheckinPage:
    """Read what the check-in about `at` offers: four statements."""
    zone = patient.time_zone
    day = dose_day(at, zone)
    known = medicines.of_patient(patient.pk, day=day)
    recent = last_used(patient.pk)
    rash_with = rash_question.asked_with(known, day=day)
    return CheckinPage(
        patient_id=patient.pk,
        zone=zone,
        scale=patient.mood_scale,
        day=day,
        medicines=known,
        doses=tuple(d for d in medicines.due(known, day=day) if _shown(d, at, zone)),
        offered=offered(known, recent, asks_about_rash=bool(rash_with)),
        yesterday=_day_before(recent, local_date(at, zone)),
        trackers=trackers(patient.pk),
        readers=readers.by_topic(patient),
        feelings_off=frozenset(patient.feelings_off),
        rash_with=rash_with,
        names_day=day != local_date(now, zone),
    )


def page_of_entry(patient: Patient, entry: Entry, *, now: dt.datetime) -> CheckinPage:
    """Read what changing a check-in offers: its own scale, and all that it says.

    A scale or a feeling switched off since stays where it was answered, so that a
    correction loses nothing.
    """
    page = checkin_page(patient, at=entry.occurred_at, now=now)
    answered = {name for name in FEELINGS if getattr(entry, name) is not None}
    scale = entry.scale if shown.has_mood(entry) else page.scale
    return replace(page, scale=scale, feelings_off=page.feelings_off - answered)


# Fields of a form that are understood by the medicines of its day.
_OF_MEDICINES = ("dose-", "reason-", "effects", "strength-", "another", "suspected")


def posted_page(
    patient: Patient, *, at: dt.datetime, told: Collection[str]
) -> CheckinPage:
    """Read only what is needed to understand the fields that were sent."""
    day = dose_day(at, patient.time_zone)
    asks_medicines = any(name.startswith(_OF_MEDICINES) for name in told)
    known = medicines.of_patient(patient.pk, day=day) if asks_medicines else ()
    has_trackers = any(name.startswith("tracker-") for name in told)
    return CheckinPage(
        patient_id=patient.pk,
        zone=patient.time_zone,
        scale=patient.mood_scale,
        day=day,
        medicines=known,
        doses=medicines.due(known, day=day),
        offered=(),
        yesterday=(),
        trackers=trackers(patient.pk) if has_trackers else (),
        readers={},
    )


def _shown(dose: medicines.DueDose, at: dt.datetime, zone: str) -> bool:
    return dose.answered is not None or dose.is_due_by(at, zone)


def last_used(patient_id: UUID) -> list[SideEffectReport]:
    """Give the latest reports, the newest first: what is offered again."""
    rows = SideEffectReport.objects.filter(
        patient_id=patient_id, deleted_at__isnull=True
    )
    return list(rows.order_by("-occurred_at")[:60])


def offered(
    known: Iterable[medicines.Medicine],
    recent: Sequence[SideEffectReport],
    *,
    asks_about_rash: bool = False,
) -> tuple[str, ...]:
    """Give the codes offered as chips: last used, then those known for the medicines.

    A rash stands before them while a medicine of the person's asks about it.

    Emergencies are never offered as chips beside everyday ones; they are found under
    Another.
    """
    used = [code for code in dict.fromkeys(r.code for r in recent) if _is_chip(code)]
    rows = catalogue.with_ids(row.catalogue_id for row in known if not row.stopped_on)
    of_medicines = [
        code
        for row in rows
        for code in row.side_effects
        if (effect := side_effects.side_effect(code)) and effect.level == "routine"
    ]
    room = AT_MOST if used else FIRST_TIME
    first = [rash_question.RASH] if asks_about_rash else []
    return tuple(dict.fromkeys([*first, *used[:6], *of_medicines, *USUAL]))[:room]


def _is_chip(code: str) -> bool:
    effect = side_effects.side_effect(code)
    return effect is not None and effect.level != "emergency"


def _day_before(
    recent: Sequence[SideEffectReport], day: dt.date
) -> tuple[SideEffectReport, ...]:
    before = [row for row in recent if row.local_date == day - dt.timedelta(days=1)]
    latest = {row.code: row for row in reversed(before) if row.code}
    return tuple(latest.values())


def trackers(patient_id: UUID) -> tuple[Tracker, ...]:
    """Give the person's own trackers that are not hidden."""
    rows = Tracker.objects.filter(patient_id=patient_id, hidden_at__isnull=True)
    return tuple(rows.order_by("order", "created_at"))


# --- Today -------------------------------------------------------------------------


def today_for(patient: Patient, now: dt.datetime) -> Today:
    """Read the journal's part of Today in four statements."""
    zone = patient.time_zone
    day = dose_day(now, zone)
    known = medicines.of_patient(patient.pk, day=day)
    last = _last_entry(patient.pk)
    return Today(
        client_id=uuid4(),
        shown=shown_token(patient.pk, now),
        scale=patient.mood_scale,
        saved=_saved_today(last, local_date(now, zone), zone),
        doses=tuple(_dose_row(dose, zone) for dose in medicines.due(known, day=day)),
        is_back_after_a_break=last is not None and now - last.occurred_at >= QUIET_FOR,
        readers_text=readers.who_sees(readers.of(patient, Topic.MOOD)),
        medicines=known,
        night_of=day if day != local_date(now, zone) else None,
    )


def _last_entry(patient_id: UUID) -> Entry | None:
    rows = Entry.objects.filter(patient_id=patient_id, deleted_at__isnull=True)
    return rows.order_by("-occurred_at").first()


def _saved_today(last: Entry | None, today: dt.date, zone: str) -> MoodSaved | None:
    if last is None or last.local_date != today or not shown.has_mood(last):
        return None
    return MoodSaved(
        last.pk, shown.mood_word(last), shown.clock_words(last.occurred_at, zone)
    )


def _dose_row(dose: medicines.DueDose, zone: str) -> DoseRow:
    answered = dose.answered
    row = {"key": dose.key, "name": dose.name, "dose": dose.dose}
    if answered is None:
        return DoseRow(**row, when=dose.slot_label)
    if answered.answer in {"taken", "late"}:
        at = shown.clock_words(answered.taken_at or answered.answered_at, zone)
        done = gettext("Taken at %(time)s") % {"time": at}
        return DoseRow(**row, when=dose.slot_label, done=done)
    return DoseRow(
        **row, when=dose.slot_label, done=shown.answer_words(answered.answer)
    )


# --- The moment a page was shown (J11, E4) ------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose page it was and how many seconds ago it was shown."""

    patient_id: UUID
    seconds: int


SALT = "journal.shown"
KEPT_FOR = dt.timedelta(hours=20)  # E4: what is typed survives 20 hours


def shown_token(patient_id: UUID, now: dt.datetime) -> str:
    """Sign whose form it is and when it was shown; holds nothing else."""
    return signing.dumps([str(patient_id), int(now.timestamp())], salt=SALT)


def read_token(token: str, now: dt.datetime) -> Shown | None:
    """Read a form's token; None for one that is false or over 20 hours old."""
    try:
        patient_id, at = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    seconds = int(now.timestamp()) - at
    if not 0 <= seconds <= KEPT_FOR.total_seconds():
        return None
    return Shown(UUID(patient_id), seconds)


# --- Looking back -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of one day, in words."""

    kind: str
    text: str
    detail: str = ""
    icon: str = ""
    tag: str = ""
    is_private: bool = False
    url: str = ""
    undo_url: str = ""
    id: UUID | None = None
    quote: str = ""
    judgements: tuple[str, ...] = ()
    can_judge: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """One check-in of a day with what hangs on it, or a group without one."""

    at: str
    entry: Entry | None
    mood_word: str
    level: int | None
    lines: tuple[Line, ...]
    is_private: bool = False
    is_late: bool = False
    is_corrected: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the journal."""

    date: dt.date
    title: str
    moments: tuple[Moment, ...]
    summary: str = ""
    other: tuple[Line, ...] = field(default=())


def day_title(day: dt.date, today: dt.date) -> str:
    """Say "Today", "Yesterday" or "Monday 30 November"."""
    if day == today:
        return gettext("Today")
    if day == today - dt.timedelta(days=1):
        return gettext("Yesterday")
    pattern = "l j F" if day.year == today.year else "l j F Y"
    return date_format(day, pattern)


def effect_names(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Give code and patient's words of several effects."""
    rows = (side_effects.side_effect(code) for code in codes)
    return [(row.id, row.patient_label) for row in rows if row]


def all_effect_names() -> list[str]:
    """Give every effect in the patient's words, for the search list under Another."""
    return [row.patient_label for row in side_effects.all_side_effects()]


def code_of(words: str) -> str:
    """Give the code of an effect written as on the list or as it is also called."""
    wanted = words.strip().casefold()
    for row in side_effects.all_side_effects():
        also = side_effects.words().also_called.get(row.id, ())
        if wanted in {
            row.patient_label.casefold(),
            row.clinical_term.casefold(),
            *also,
        }:
            return row.id
    return ""


def effect_line(report: SideEffectReport) -> str:
    """Say "I feel sick, mild"."""
    return f"{effects.name_of(report)}, {effects.strength_word(report)}"
