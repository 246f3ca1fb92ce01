"""Why somebody is where they are on the caseload: stated reasons, no score. Pure.

Each rule gives one reason in words. The order is that of the rules: safety first,
then what waits for this clinician, then what changed, then what is due. It is a
worklist, not a measure of risk.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from uuid import UUID

from django.utils.translation import ngettext

from careplan.common.catalogue import side_effects
from careplan.common.clock import local_date
from careplan.review import registry_flags
from careplan.review.timeline.words import day_near
from careplan.review.timeline.words import gettext as _

SOON = dt.timedelta(days=7)
UNANSWERED = dt.timedelta(days=14)
QUIET_FROM = 7  # days without a check-in before anybody is told
RHYTHMS = 3  # times the person's own usual gap
PROMPT_WEEKS = 56  # days over which the own rhythm is read


class Rank(IntEnum):
    """The order by need; a smaller figure stands higher."""

    EMERGENCY = 0
    SAFETY = 1
    TAKEN = 2
    WORSE = 3
    CONCERN = 4
    QUESTION = 5
    ANSWER = 6
    EFFECTS = 7
    STEP = 8
    MONITORING = 9
    NO_GAIN = 10
    REVIEW = 11
    TAPER = 12
    QUIET = 13
    NO_CONTACT = 14
    OTHERS = 15
    NOTHING = 16


NEEDS_YOU = Rank.NO_CONTACT  # up to here something is for this clinician


class Tone(StrEnum):
    """The colour behind the words; the words carry the meaning."""

    SUPPORT = "support"
    ATTEND = "attend"
    INFO = "info"
    PLAIN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one person, already limited to what the reader may see.

    Scores are newest first. `checkin_days` are days with a check-in in eight weeks.
    """

    id: UUID
    place: UUID | None = None  # the reader's own on this person's team
    name: str
    pronouns: str = ""
    age: int | None = None
    role: str = ""
    shares_mood: bool = True
    mood_scale: str = "standard"
    zone: str = "UTC"
    today: dt.date
    next_visit: dt.datetime | None = None
    last_visit: dt.datetime | None = None
    contact_on: dt.date | None = None
    is_contact_overdue: bool = False
    decided_at: dt.datetime | None = None
    alert_level: str = ""
    alert_label: str = ""
    alert_at: dt.datetime | None = None
    alert_is_taken: bool = False
    concern_at: dt.datetime | None = None
    concern_about: str = ""
    question_at: dt.datetime | None = None
    proposal_at: dt.datetime | None = None
    proposal_title: str = ""
    is_mine_to_answer: bool = False
    step_on: dt.date | None = None
    step_name: str = ""
    monitoring_on: dt.date | None = None
    monitoring_what: str = ""
    phq9: tuple[int, ...] = ()
    phq9_days: tuple[dt.date, ...] = ()
    gad7: tuple[int, ...] = ()
    item9: tuple[int | None, ...] = ()
    burden: int | None = None
    effect_code: str = ""
    effect_before: int = 0
    effect_now: int = 0
    last_checkin: dt.date | None = None
    checkin_days: int = 0
    version: int = 0
    review_on: dt.date | None = None
    phase: str = ""
    taper: str = ""
    since: dt.date | None = None
    medicine_since: dt.date | None = None

    @property
    def phq9_change(self) -> int:
        """Points since the form before; more is worse."""
        return self.phq9[0] - self.phq9[1] if len(self.phq9) > 1 else 0

    @property
    def is_decided(self) -> bool:
        """Whether a decision was recorded since the newest score came in (V1)."""
        if self.decided_at is None or not self.phq9_days:
            return False
        return local_date(self.decided_at, self.zone) >= self.phq9_days[0]

    @property
    def days_since_checkin(self) -> int | None:
        return (self.today - self.last_checkin).days if self.last_checkin else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason in words: a few for the tag, one line under it.

    `on` is the day it was asked or is due, where it has one.
    """

    rank: Rank
    tag: str
    text: str = ""
    tone: Tone = Tone.PLAIN
    on: dt.date | None = None


Rule = Callable[[Known], Reason | None]


def reasons(known: Known) -> tuple[Reason, ...]:
    """Give every reason that stands, the first one first."""
    found = [reason for _least, rule in RULES if (reason := rule(known))]
    return tuple(sorted(found, key=lambda reason: reason.rank))


def first(known: Known) -> Reason:
    """Give the reason that places this person, or "nothing waiting"."""
    found = None
    for least, rule in RULES:
        if found and found.rank <= least:
            break  # no later rule can stand higher
        reason = rule(known)
        if reason and (found is None or reason.rank < found.rank):
            found = reason
    return found or Reason(rank=Rank.NOTHING, tag=_("Nothing waiting"))


def needs_you(reason: Reason) -> bool:
    """Say whether something waits for this clinician."""
    return reason.rank <= NEEDS_YOU


def in_order(
    people: Iterable[tuple[Known, Reason]],
) -> list[tuple[Known, Reason]]:
    """Order by need, then by the next visit, then by name."""
    return sorted(people, key=lambda pair: (pair[1].rank, *_visit(pair[0])))


def _visit(known: Known) -> tuple[bool, str, str]:
    when = known.next_visit.isoformat() if known.next_visit else ""
    return known.next_visit is None, when, known.name.casefold()


# ---- the rules, one a kind of reason


def _alert(known: Known) -> Reason | None:
    if not known.alert_level:
        return None
    on = day_near(known.alert_at.date(), known.today) if known.alert_at else ""
    rank = Rank.EMERGENCY if known.alert_level == "emergency" else Rank.SAFETY
    text = _("{day}, waiting for somebody to take it").format(day=on)
    if known.alert_is_taken:
        rank, text = Rank.TAKEN, _("{day}, somebody is looking at it").format(day=on)
    return Reason(rank=rank, tag=known.alert_label, text=text, tone=Tone.SUPPORT)


def _worse(known: Known) -> Reason | None:
    if len(known.phq9) < 2 and len(known.gad7) < 2:
        return None  # one form alone is its own best
    registry = _registry(known, _since_start(known))
    if registry_flags.worse(registry) is not registry_flags.Worse.RED:
        return None
    now, best = (known.phq9[0], min(known.phq9)) if known.phq9 else ("-", 0)
    text = _("PHQ-9 {now}, best was {best}").format(now=now, best=best)
    tag = _("Scores are worse")
    return Reason(rank=Rank.WORSE, tag=tag, text=text, tone=Tone.ATTEND)


def _item9(known: Known) -> Reason | None:
    now = known.item9[0] if known.item9 else None
    if not now or known.alert_level:
        return None
    before = known.item9[1] if len(known.item9) > 1 else None
    if before is not None and now <= before:
        return None
    on = day_near(known.phq9_days[0], known.today) if known.phq9_days else ""
    return Reason(
        rank=Rank.SAFETY,
        tag=_("Item 9 answered {n}").format(n=now),
        text=on,
        tone=Tone.SUPPORT,
    )


def _concern(known: Known) -> Reason | None:
    if known.concern_at is None:
        return None
    days = (known.today - known.concern_at.date()).days
    age = ngettext("Open for {n} day", "Open for {n} days", days).format(n=days)
    text = f"{known.concern_about}. {age}" if known.concern_about else age
    return Reason(
        rank=Rank.CONCERN, tag=_("Concern for you"), text=text, tone=Tone.INFO
    )


def _question(known: Known) -> Reason | None:
    if known.question_at is None:
        return None
    on = known.question_at.date()
    text = _("About: {what}. {day}").format(
        what=known.proposal_title, day=day_near(on, known.today)
    )
    return Reason(
        rank=Rank.QUESTION, tag=_("Question for you"), text=text, tone=Tone.INFO, on=on
    )


def _proposal(known: Known) -> Reason | None:
    if known.proposal_at is None or known.question_at is not None:
        return None
    on, what = known.proposal_at.date(), known.proposal_title
    text = _("{what}, suggested {day}").format(what=what, day=day_near(on, known.today))
    if known.is_mine_to_answer:
        tag = _("Your answer is waited for")
        return Reason(rank=Rank.ANSWER, tag=tag, text=text, tone=Tone.INFO, on=on)
    old = known.today - known.proposal_at.date() >= UNANSWERED
    rank = Rank.ANSWER if old else Rank.OTHERS
    return Reason(rank=rank, tag=_("Waiting for others"), text=text)


def _effects(known: Known) -> Reason | None:
    if not known.effect_code or known.effect_now < 2:
        return None
    item = side_effects.side_effect(known.effect_code)
    words = {0: _("none"), 1: _("mild"), 2: _("moderate"), 3: _("strong")}
    text = _("{what}: {before} → {now} in two weeks").format(
        what=item.clinical_term if item else known.effect_code,
        before=words[known.effect_before],
        now=words[known.effect_now],
    )
    return Reason(
        rank=Rank.EFFECTS, tag=_("Side effects up"), text=text, tone=Tone.ATTEND
    )


def _step(known: Known) -> Reason | None:
    if known.step_on is None:
        return None
    tag = _("Step due {day}").format(day=day_near(known.step_on, known.today))
    on = known.step_on
    return Reason(rank=Rank.STEP, tag=tag, text=known.step_name, tone=Tone.INFO, on=on)


def _monitoring(known: Known) -> Reason | None:
    if known.monitoring_on is None:
        return None
    late = known.monitoring_on < known.today
    tag = _("Check overdue") if late else _("Check due")
    text = _("{what}, {day}").format(
        what=known.monitoring_what, day=day_near(known.monitoring_on, known.today)
    )
    return Reason(
        rank=Rank.MONITORING,
        tag=tag,
        text=text,
        tone=Tone.ATTEND if late else Tone.INFO,
        on=known.monitoring_on,
    )


def _no_gain(known: Known) -> Reason | None:
    """Stands until a decision is recorded or a better score comes; a visit, a look
    or a mark as reviewed does not clear it (V1)."""
    start = _since_start(known)
    if known.is_decided or not registry_flags.has_no_gain(_registry(known, start)):
        return None
    words, tag = _("PHQ-9 {before} → {now} since the start"), _("Not improving")
    text = words.format(before=start[-1], now=start[0])
    return Reason(rank=Rank.NO_GAIN, tag=tag, text=text, tone=Tone.ATTEND)


def _review(known: Known) -> Reason | None:
    if known.review_on is None or known.review_on >= known.today:
        return None
    text = _("Was due {day}").format(day=day_near(known.review_on, known.today))
    on, tag = known.review_on, _("Review overdue")
    return Reason(rank=Rank.REVIEW, tag=tag, text=text, tone=Tone.ATTEND, on=on)


def _taper(known: Known) -> Reason | None:
    if not known.taper:
        return None
    words = {
        "active": _("Lowering now"),
        "held": _("Held"),
        "watching": _("Watching after the last dose"),
    }
    return Reason(
        rank=Rank.TAPER, tag=_("Taper watch"), text=words[known.taper], tone=Tone.INFO
    )


def _quiet(known: Known) -> Reason | None:
    """No check-in for three of the person's own usual gaps, and at least a week."""
    days = known.days_since_checkin
    if days is None:
        return None
    usual = max(1, PROMPT_WEEKS // known.checkin_days) if known.checkin_days else 14
    if days < max(QUIET_FROM, RHYTHMS * usual):
        return None
    tag = _("No check-in for {n} days").format(n=days)
    text = ngettext("Usually every day", "Usually every {n} days", usual).format(
        n=usual
    )
    return Reason(rank=Rank.QUIET, tag=tag, text=text)


def _no_contact(known: Known) -> Reason | None:
    if known.is_contact_overdue and known.contact_on:
        text = _("By the plan it was due {day}").format(
            day=day_near(known.contact_on, known.today)
        )
        return Reason(rank=Rank.NO_CONTACT, tag=_("Meeting overdue"), text=text)
    if known.last_visit is None or known.next_visit is not None:
        return None
    days = (known.today - known.last_visit.date()).days
    if days <= registry_flags.NO_CONTACT_AFTER_DAYS:
        return None
    text = _("Last visit {n} days ago, none planned").format(n=days)
    return Reason(rank=Rank.NO_CONTACT, tag=_("No visit planned"), text=text)


def _since_start(known: Known) -> Sequence[int]:
    """Scores of this episode: from the last one before the start on, newest first."""
    if known.since is None:
        return known.phq9
    later = [i for i, day in enumerate(known.phq9_days) if day >= known.since]
    return known.phq9[: len(later) + 1]


def _registry(known: Known, start: Sequence[int]) -> registry_flags.Registry:
    return registry_flags.Registry(
        day=(known.today - known.since).days if known.since else 0,
        baseline=start[-1] if start else None,
        now=start[0] if start else None,
        best=min(start) if start else None,
        gad7_now=known.gad7[0] if known.gad7 else None,
        gad7_best=min(known.gad7) if known.gad7 else None,
    )


# Each beside the highest rank it can give, in that order.
RULES: Sequence[tuple[Rank, Rule]] = (
    (Rank.EMERGENCY, _alert),
    (Rank.SAFETY, _item9),
    (Rank.WORSE, _worse),
    (Rank.CONCERN, _concern),
    (Rank.QUESTION, _question),
    (Rank.ANSWER, _proposal),
    (Rank.EFFECTS, _effects),
    (Rank.STEP, _step),
    (Rank.MONITORING, _monitoring),
    (Rank.NO_GAIN, _no_gain),
    (Rank.REVIEW, _review),
    (Rank.TAPER, _taper),
    (Rank.QUIET, _quiet),
    (Rank.NO_CONTACT, _no_contact),
)
