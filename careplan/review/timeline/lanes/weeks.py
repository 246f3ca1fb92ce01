"""Lanes of weekly bars: sleep in hours a night, practices in days a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from careplan.review.timeline import comparison, names, svg
from careplan.review.timeline.data import Practice, Sleep
from careplan.review.timeline.detail import Grain
from careplan.review.timeline.sheet import Heading, Result, Sheet
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.windows import windows
from careplan.review.timeline.words import gettext, ngettext, tenth, uncapital

SHORTEST, LONGEST = 4.0, 10.2  # hours that the height spans; beyond is cut off


@dataclass(frozen=True, slots=True)
class Bar:
    """One week, its height as a share of the lane, its name and address."""

    week: date
    share: float
    name: str
    url: str | None


def _bars(sheet: Sheet, bars: Sequence[Bar], cls: str, base: float, high: float) -> Svg:
    placed = [(bar, _across(sheet, bar.week)) for bar in bars]
    seen = [(bar, x) for bar, x in placed if x[1] - x[0] > 0.8]
    if sheet.detail.weeks is not Grain.DAY or sheet.is_small:
        ways = [
            svg.box(x0, base - round(high * share), x1 - x0, round(high * share))
            for x0, x1, share in (
                (round(a), round(b), bar.share) for bar, (a, b) in seen
            )
        ]
        return svg.path(cls, "".join(ways))
    return svg.join(
        sheet.mark(
            svg.rect(cls, x0, base - high * bar.share, x1 - x0, high * bar.share, 2),
            bar.name,
            bar.url or sheet.data.address_of(bar.week),
        )
        for bar, (x0, x1) in seen
    )


def _across(sheet: Sheet, week: date) -> tuple[float, float]:
    last = min(week + timedelta(days=6), sheet.logged_to - timedelta(days=1))
    if last < week or week > sheet.data.range.end:
        return (0.0, 0.0)
    x0, x1 = sheet.scale.across(week, last)
    gap = 1.5 if x1 - x0 > 8 else 0.4
    return x0 + gap, x1 - gap


@dataclass(frozen=True, slots=True)
class SleepLane:
    """Mean hours a night, by week."""

    sleep: Sleep
    height: float = 50
    kind: str = "sleep"

    def heading(self, sheet: Sheet) -> Heading:
        """Before and now, and whether it is nearer to the agreed goal."""
        words = sleep_turn(sheet)
        return Heading(
            name=gettext("Sleep"),
            notes=(gettext("Hours a night"),),
            results=(Result(big=words[0], notes=words[1:]),) if words else (),
            short=words[0] if words else "",
        )

    def marks(self, sheet: Sheet, y: float) -> Svg:
        """A bar a week."""
        bars = [
            Bar(week.week, _share(float(week.hours)), names.sleep_words(week), week.url)
            for week in self.sleep.weeks
        ]
        return _bars(sheet, bars, "slp", y + self.height - 6, self.height - 10)


def _share(hours: float) -> float:
    return min(1.0, max(0.04, (hours - SHORTEST) / (LONGEST - SHORTEST)))


def sleep_turn(sheet: Sheet) -> tuple[str, ...]:
    """``8.9 → 7.5 h`` and what that means against the goal; empty without both."""
    pivot, sleep = sheet.data.pivot, sheet.data.sleep
    if pivot is None or sleep is None:
        return ()
    frame = windows(pivot.on, today=sheet.data.range.today)
    was = comparison.sleep_in(sheet.data, frame.before)
    now = comparison.sleep_in(sheet.data, frame.now)
    if was is None or now is None:
        return ()
    big = gettext("%(before)s → %(now)s h", before=tenth(was), now=tenth(now))
    note = comparison.goal_words(sleep, was, now)
    return (big, note) if note else (big,)


@dataclass(frozen=True, slots=True)
class PracticeLane:
    """Days a week on which it was done."""

    practice: Practice
    height: float = 31
    kind: str = "practices"

    def heading(self, sheet: Sheet) -> Heading:
        """Days done in the last four whole weeks on the page."""
        shown = [w for w in self.practice.weeks if sheet.shows(w.week)][-4:]
        days = sum(week.done for week in shown)
        words = (
            ngettext("%(count)s day in 4 weeks", "%(count)s days in 4 weeks", days)
            if shown
            else gettext("None logged")
        )
        return Heading(
            name=self.practice.name,
            baseline=self.height - 7,
            results=(Result(big=words, tone="b"),),
            short=uncapital(words),
        )

    def marks(self, sheet: Sheet, y: float) -> Svg:
        """A bar a week, full height for seven days."""
        base = y + self.height - 5
        name = self.practice.name
        bars = [
            Bar(w.week, w.done / 7, names.practice_words(name, w), w.url)
            for w in self.practice.weeks
            if w.done
        ]
        line = svg.line(
            "base",
            sheet.left,
            base,
            max(sheet.scale.x(sheet.logged_to), sheet.left + 1),
            base,
        )
        return svg.join([line, _bars(sheet, bars, "prac", base, self.height - 10)])
