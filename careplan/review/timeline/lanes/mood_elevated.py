"""Mood on the elevated-aware scale: high above steady, low below, never averaged.

A day that was both is drawn as mixed: its two dots are joined by a line.
"""

from dataclasses import dataclass
from functools import cached_property

from careplan.review.timeline import means, names, svg
from careplan.review.timeline.data import Mood, MoodPoint
from careplan.review.timeline.detail import Grain, grouped
from careplan.review.timeline.lanes import mood_line
from careplan.review.timeline.lanes.mood import (
    nothing_logged,
    results,
    short,
)
from careplan.review.timeline.lanes.mood_line import Height
from careplan.review.timeline.means import Days
from careplan.review.timeline.sheet import Heading, Sheet, middle
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.windows import windows
from careplan.review.timeline.words import gettext


@dataclass(frozen=True)
class ElevatedMoodLane:
    """Two lines apart: the mean of high upwards, the mean of low downwards."""

    mood: Mood
    height: float = 160
    shows_means: bool = True
    kind: str = "mood"

    def heading(self, sheet: Sheet) -> Heading:
        """The distance from steady, before and now."""
        part = sheet.compared
        return Heading(
            name=gettext("Mood"),
            notes=(
                gettext("Steadier is better"),
                gettext("High and low apart"),
            ),
            results=results(sheet, part),
            short=short(part),
        )

    def _rule(self, y: float, sign: int = 1) -> Height:
        return Height(y + self.height / 2, -sign * (self.height / 2 - 14) / 3)

    def _up(self, y: float, value: means.Value | int) -> float:
        return self._rule(y).of(value)

    def marks(self, sheet: Sheet, y: float) -> Svg:
        """Guides, mixed days, dots, the two lines, window means."""
        return svg.join(
            [
                self._guides(sheet, y),
                nothing_logged(sheet, self.mood, self._up(y, 0)),
                self._dots(sheet, y),
                self._side(sheet, y, is_high=True),
                self._side(sheet, y, is_high=False),
            ]
        )

    def _guides(self, sheet: Sheet, y: float) -> Svg:
        words = {3: gettext("Very high"), 0: gettext("Steady"), -3: gettext("Very low")}
        parts = []
        for value, name in words.items():
            at = self._up(y, value)
            cls = "cut" if value else "base"
            parts.append(svg.line(cls, sheet.left, at, sheet.right, at))
            if sheet.has_gutter:
                parts.append(svg.text(sheet.left - 10, at + 4, name, "sub", "end"))
        return svg.join(parts)

    @cached_property
    def _high(self) -> Days:
        return means.by_day(self.mood.points, means.high_of)

    @cached_property
    def _low(self) -> Days:
        return means.by_day(self.mood.points, means.low_of)

    def _side(self, sheet: Sheet, y: float, *, is_high: bool) -> Svg:
        sign = 1 if is_high else -1
        days, height = self._high if is_high else self._low, self._rule(y, sign)
        span = mood_line.logged_span(sheet)
        found = mood_line.pieces(sheet, days, height, span) if span else []
        line = mood_line.line_of("moodline" if is_high else "moodline low", found)
        pivot = sheet.data.pivot
        if not pivot or not self.shows_means:
            return line
        frame = windows(pivot.on, today=sheet.data.range.today)
        ref, _ = mood_line.before_level(sheet, days, height, frame)
        bars = mood_line.window_means(sheet, days, height, frame, (sign, sign))
        return svg.join([ref, line, bars])

    def _dots(self, sheet: Sheet, y: float) -> Svg:
        if sheet.detail.mood is Grain.MERGED:
            return svg.EMPTY
        shown = [p for p in self.mood.points if sheet.shows(p.on)]
        groups = grouped(shown, sheet.detail.mood, lambda p: p.on)
        return svg.join(self._dot(sheet, group, y) for group in groups)

    def _dot(self, sheet: Sheet, group: list[MoodPoint], y: float) -> Svg:
        x = sheet.scale.x(middle(group).on)
        high = max(means.high_of(point) for point in group)
        low = max(means.low_of(point) for point in group)
        is_mixed = any(point.low and point.high for point in group)
        shape = self._shape(x, y, high, low, is_mixed=is_mixed)
        words = [names.mood_words(point) for point in group]
        if is_mixed:
            words = [w for p, w in zip(group, words, strict=True) if p.low and p.high]
        return sheet.group_mark(shape, [p.on for p in group], words, group[0].url)

    def _shape(
        self, x: float, y: float, high: means.Value, low: means.Value, *, is_mixed: bool
    ) -> Svg:
        top, bottom = self._up(y, high), self._up(y, -low)
        if is_mixed:
            way = f"M{svg.num(x)},{svg.num(top)}V{svg.num(bottom)}"
            ends = svg.ring(x, top, 2.6) + svg.ring(x, bottom, 2.6)
            return svg.path("mixed", way + ends)
        if high and low:
            way = svg.ring(x, top, 2.3) + svg.ring(x, bottom, 2.3)
            return svg.path("mooddot", way)
        return svg.circle("mooddot", x, top if high else bottom, 2.3)
