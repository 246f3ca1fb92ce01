"""The course of a side effect, in words: came, eased, stopped, still there."""

import itertools
from collections.abc import Sequence
from datetime import date

from careplan.review.timeline.data import Run, SideEffect, Span, TimelineData, Voice
from careplan.review.timeline.windows import Windows
from careplan.review.timeline.words import (
    capital,
    day_short,
    days_short,
    gettext,
    lasting,
    ngettext,
)

NAMED_EFFECTS = 3
QUIET = 7  # days without it before "stopped" is said
PAUSE = 3  # days between two runs that still count as one stretch


def level_word(level: int) -> str:
    """``mild``, ``moderate``, ``strong``."""
    match level:
        case 0:
            return gettext("none")
        case 1:
            return gettext("mild")
        case 2:
            return gettext("moderate")
    return gettext("strong")


def full_name(effect: SideEffect, voice: Voice) -> str:
    """The patient's word; clinicians see the clinical one in brackets."""
    if voice is Voice.CLINICIAN and effect.term:
        return f"{effect.name} ({effect.term})"
    return effect.name


def worst(runs: Sequence[Run]) -> int:
    """The worst level, 0 for no run."""
    return max((run.level for run in runs), default=0)


def runs_in(effect: SideEffect, span: Span) -> list[Run]:
    """The runs that share a day with the span."""
    return [run for run in effect.runs if span.meets(run.start, run.end)]


def is_logged(effect: SideEffect, day: date) -> bool:
    """Whether anything was logged that day, so that silence means none."""
    return not any(day in span for span in effect.nothing_logged)


def is_over(effect: SideEffect, today: date) -> bool:
    """A week without it. Days on which nothing was logged do not count as that."""
    if not effect.runs:
        return False
    last = effect.runs[-1].end
    silent = sum(
        max(0, (min(s.end, today) - max(s.start, last)).days + 1)
        for s in effect.nothing_logged
        if s.meets(last, today)
    )
    return (today - last).days - silent >= QUIET


def effects_sentence(data: TimelineData, frame: Windows) -> str:
    """One sentence an effect, the first three, then how many more."""
    today = data.range.today
    change = data.pivot.on if data.pivot else frame.before.end
    told = [
        sentence
        for effect in data.effects or ()
        if (sentence := _course(effect, frame.before, change, today, data.voice))
    ]
    more = len(told) - NAMED_EFFECTS
    if more > 0:
        rest = ngettext(
            "%(count)s more is in the table.", "%(count)s more are in the table.", more
        )
        return " ".join([*told[:NAMED_EFFECTS], rest])
    return " ".join(told)


def _course(
    effect: SideEffect, before: Span, change: date, today: date, voice: Voice
) -> str:
    earlier = runs_in(effect, before)
    since = [run for run in effect.runs if run.end >= change and run.start <= today]
    name = capital(full_name(effect, voice))
    if since and not earlier:
        return _new(name, effect, since, today)
    if earlier:
        return _known(name, effect, earlier, since, today)
    return ""


def _new(name: str, effect: SideEffect, since: list[Run], today: date) -> str:
    first, last = since[0].start, since[-1].end
    parts = {
        "name": name,
        "length": lasting((last - first).days + 1),
        "level": level_word(worst(since)),
        "days": days_short(first, last),
        "since": day_short(first),
        "now": level_word(since[-1].level),
    }
    if not is_over(effect, today):
        return gettext(
            "%(name)s came on %(since)s, was %(level)s at most, last logged %(now)s.",
            **parts,
        )
    if _with_pauses(since):
        return gettext(
            "%(name)s came and went for %(length)s, then stopped "
            "(%(level)s at most, %(days)s).",
            **parts,
        )
    return gettext(
        "%(name)s came for %(length)s, then stopped (%(level)s at most, %(days)s).",
        **parts,
    )


def _with_pauses(runs: list[Run]) -> bool:
    pairs = itertools.pairwise(runs)
    return any((later.start - run.end).days > PAUSE + 1 for run, later in pairs)


def _known(
    name: str, effect: SideEffect, earlier: list[Run], since: list[Run], today: date
) -> str:
    was = worst(earlier)
    last = (since or earlier)[-1]
    parts = {
        "name": name,
        "was": level_word(was),
        "now": level_word(last.level),
        "day": day_short(last.end),
        "worst": level_word(worst(since)),
    }
    if is_over(effect, today):
        return gettext(
            "%(name)s was %(was)s before, and was last logged %(day)s.", **parts
        )
    if last.level < was:
        return gettext("%(name)s went from %(was)s to %(now)s.", **parts)
    if last.level > was:
        return gettext("%(name)s went up from %(was)s to %(now)s.", **parts)
    return gettext("%(name)s was %(was)s before and is %(now)s now.", **parts)


def standing(effect: SideEffect, days: Span, today: date) -> str:
    """The answer at the end of its lane: ``Gone since 3 Oct``, ``Now mild``."""
    shown = runs_in(effect, days)
    if not shown:
        return gettext("None logged")
    last = effect.runs[-1]
    if is_over(effect, today):
        return gettext("Gone since %(day)s", day=day_short(last.end))
    was = shown[-2].level if len(shown) > 1 else 0
    if was > last.level:
        return gettext(
            "%(was)s → %(now)s",
            was=capital(level_word(was)),
            now=level_word(last.level),
        )
    return gettext("Now %(level)s", level=level_word(last.level))
