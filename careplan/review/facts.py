"""Since the last visit, in four facts: each with a word, figures and where they lie.

Pure. The word is for clinicians only and follows the timeline's own rules; the
patient reads the same facts without it (ux.md 6.5). A topic that is not shared is
no fact at all.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from careplan.review.timeline.course import level_word
from careplan.review.timeline.data import (
    Mood,
    MoodScale,
    Score,
    SideEffect,
    Span,
    TimelineData,
)
from careplan.review.timeline.words import (
    capital,
    day_short,
    gettext,
    lasting,
    ngettext,
    tenth,
)

MOOD_STEP = Decimal("0.5")  # of 7, as in the timeline's sentence
FEWEST = 4  # days logged on each side
TALK_BELOW = 80  # percent taken [U][CLIN]
USUAL = dt.timedelta(days=28)


class Word(StrEnum):
    """What a clinician reads first; never on a patient's page."""

    BETTER = "better"
    STEADY = "steady"
    WATCH = "watch"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line: its name, its word, what it says, and the way to the entries."""

    name: str
    word: Word
    text: str
    link: str
    url: str
    basis: str


def facts(
    data: TimelineData, *, prefix: str, item9: Sequence[int | None] = ()
) -> tuple[Fact, ...]:
    """Give the facts since the last visit, or of four weeks when there was none."""
    now, before = spans(data)
    found: list[Fact] = []
    if data.mood is not None:
        found.append(_mood(data.mood, now, before, prefix))
    if data.scores is not None:
        found.append(_scores(data.scores, now, prefix, item9))
    if data.medicines is not None and any(m.recent for m in data.medicines):
        found.append(_medicines(data, prefix))
    if data.effects is not None:
        found.append(_effects(data.effects, now, before, prefix))
    return tuple(found)


def spans(data: TimelineData) -> tuple[Span, Span]:
    """Give the days since the last visit and as many before them."""
    today = data.range.today
    start = data.last_visit or today - USUAL
    start = min(start, today - dt.timedelta(days=1))
    length = today - start
    before = Span(start=start - length, end=start - dt.timedelta(days=1))
    return Span(start=start, end=today), before


def _mood(mood: Mood, now: Span, before: Span, prefix: str) -> Fact:
    after, days = _mean(mood, now)
    was, days_before = _mean(mood, before)
    entries = sum(point.entries for point in mood.points if point.on in now)
    return Fact(
        name=gettext("Mood"),
        word=_mood_word(mood, after, was, min(days, days_before)),
        text=_mood_text(mood, after, was, before),
        link=ngettext("%(count)s check-in", "%(count)s check-ins", entries),
        url=f"{prefix}/journal/",
        basis=gettext(
            "Mean of each day since then against as many days before. A difference "
            "of 0.5 counts, with 4 logged days on each side."
        ),
    )


def _mean(mood: Mood, span: Span) -> tuple[Decimal | None, int]:
    """On the elevated-aware scale: the mean distance from steady, low and high apart."""
    values = [
        point.value if point.value is not None else max(point.low or 0, point.high or 0)
        for point in mood.points
        if point.on in span
    ]
    if not values:
        return None, 0
    return Decimal(sum(Decimal(v) for v in values)) / len(values), len(values)


def _mood_word(mood: Mood, now: Decimal | None, was: Decimal | None, days: int) -> Word:
    if now is None or was is None or days < FEWEST:
        return Word.UNKNOWN
    gain = now - was if mood.scale is MoodScale.STANDARD else was - now
    if gain >= MOOD_STEP:
        return Word.BETTER
    return Word.WATCH if gain <= -MOOD_STEP else Word.STEADY


def _mood_text(
    mood: Mood, now: Decimal | None, was: Decimal | None, before: Span
) -> str:
    if now is None:
        return gettext("Nothing logged since then.")
    of = gettext("of 7")
    if mood.scale is MoodScale.ELEVATED:
        of = gettext("of 3 away from steady")
    whole = gettext("%(now)s %(of)s", now=tenth(now), of=of)
    if was is None:
        return gettext("%(whole)s; nothing logged before.", whole=whole)
    return gettext(
        "%(whole)s, was %(was)s in the %(length)s before.",
        whole=whole,
        was=tenth(was),
        length=lasting(before.days).removeprefix(gettext("about ")),
    )


def _scores(
    scores: Sequence[Score], now: Span, prefix: str, item9: Sequence[int | None]
) -> Fact:
    words = [_score_word(score, now) for score in scores]
    word = Word.UNKNOWN
    for candidate in (Word.WATCH, Word.BETTER, Word.STEADY):
        if candidate in words:
            word = candidate
            break
    forms = sum(point.on in now for score in scores for point in score.points)
    return Fact(
        name=gettext("Scores"),
        word=word,
        text=_scores_text(scores, now, item9),
        link=ngettext("%(count)s form", "%(count)s forms", forms),
        url=f"{prefix}/measures/",
        basis=gettext(
            "Last form before then against the last form now. PHQ-9 from 5 points, "
            "GAD-7 from 4 points on is a change (draft reference)."
        ),
    )


def _ends(score: Score, now: Span) -> tuple[int | None, int | None]:
    was = [point.total for point in score.points if point.on < now.start]
    after = [point.total for point in score.points if point.on in now]
    first = was[-1] if was else (after[0] if len(after) > 1 else None)
    return first, after[-1] if after else None


def _score_word(score: Score, now: Span) -> Word:
    was, after = _ends(score, now)
    if was is None or after is None or score.clear is None:
        return Word.UNKNOWN
    if was - after >= score.clear:
        return Word.BETTER
    return Word.WATCH if after - was >= score.clear else Word.STEADY


def _scores_text(
    scores: Sequence[Score], now: Span, item9: Sequence[int | None]
) -> str:
    parts = []
    for score in scores:
        was, after = _ends(score, now)
        if after is None:
            continue
        numbers = f"{was} → {after}" if was is not None else f"{after}"
        band = _band(score, after)
        parts.append(f"{score.code} {numbers}" + (f" ({band})" if band else ""))
    if not parts:
        return gettext("No form sent since then.")
    text = ". ".join(parts) + "."
    if item9 and item9[0] is not None:
        text += " " + gettext("Item 9: %(n)s last time.", n=item9[0])
    return text


def _band(score: Score, total: int) -> str:
    names = [band.name for band in score.bands if band.start <= total]
    return names[-1].lower() if names else ""


def _medicines(data: TimelineData, prefix: str) -> Fact:
    told = [(m, m.recent) for m in data.medicines or () if m.recent]
    low = any(100 * r.taken < TALK_BELOW * r.planned for _m, r in told if r)
    text = ", ".join(
        gettext("%(name)s %(n)s of %(of)s", name=m.name, n=r.taken, of=r.planned)
        for m, r in told
        if r
    )
    return Fact(
        name=gettext("Medicines"),
        word=Word.WATCH if low else Word.STEADY,
        text=gettext("Taken of doses told about in 4 weeks: %(list)s.", list=text),
        link=gettext("Log"),
        url=f"{prefix}/journal/doses/",
        basis=gettext(
            "Taken or late, of the doses with an answer. Below 80 of 100 is worth a "
            "word (draft reference)."
        ),
    )


def _effects(
    effects: Sequence[SideEffect], now: Span, before: Span, prefix: str
) -> Fact:
    changes = [_course(effect, now, before) for effect in effects]
    told = [change for change in changes if change[1] or change[0]]
    worse = any(after > was or after == 3 for was, after, _text in told)
    better = any(after < was for was, after, _text in told)
    word = Word.WATCH if worse else Word.BETTER if better else Word.STEADY
    runs = sum(
        now.meets(run.start, run.end) for effect in effects for run in effect.runs
    )
    shown = sorted(told, key=lambda change: -change[1])[:3]
    text = " ".join(f"{capital(change[2])}." for change in shown)
    return Fact(
        name=gettext("Side effects"),
        word=word if told else Word.STEADY,
        text=text or gettext("None logged since then."),
        link=ngettext("%(count)s entry", "%(count)s entries", runs),
        url=f"{prefix}/journal/",
        basis=gettext(
            "The strongest level since then against the same number of days before; "
            "stronger, or strong at all, is Watch."
        ),
    )


def _course(effect: SideEffect, now: Span, before: Span) -> tuple[int, int, str]:
    was, after = _level(effect, before), _last_level(effect, now)
    return was, after, _course_words(effect, was, after, now)


def _level(effect: SideEffect, span: Span) -> int:
    levels = [r.level for r in effect.runs if span.meets(r.start, r.end)]
    return max(levels, default=0)


def _last_level(effect: SideEffect, span: Span) -> int:
    """The level now: of the last run, when it reaches into the last week."""
    recent = span.end - dt.timedelta(days=7)
    runs = [r for r in effect.runs if span.meets(r.start, r.end)]
    return runs[-1].level if runs and runs[-1].end >= recent else 0


def _course_words(effect: SideEffect, was: int, after: int, now: Span) -> str:
    if after and was and after != was:
        return gettext(
            "%(name)s %(was)s → %(after)s",
            name=effect.name,
            was=level_word(was),
            after=level_word(after),
        )
    if after:
        return gettext("%(name)s %(level)s", name=effect.name, level=level_word(after))
    last = max((r.end for r in effect.runs), default=now.start)
    return gettext("%(name)s gone since %(day)s", name=effect.name, day=day_short(last))


def words(word: Word) -> Iterator[str]:
    """The word and its colour."""
    yield {
        Word.BETTER: gettext("Better"),
        Word.STEADY: gettext("Steady"),
        Word.WATCH: gettext("Watch"),
        Word.UNKNOWN: gettext("Unclear"),
    }[word]
    yield {Word.BETTER: "primary", Word.WATCH: "attend"}.get(word, "")
