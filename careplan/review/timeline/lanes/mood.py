"""Mood on the standard scale: one line from 1 to 7, each check-in a faint dot."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from careplan.review.timeline import means, names, svg
from careplan.review.timeline.comparison import MoodCompared, Turn
from careplan.review.timeline.data import Mood, MoodPoint, MoodScale
from careplan.review.timeline.detail import Grain, grouped
from careplan.review.timeline.lanes import mood_line
from careplan.review.timeline.lanes.mood_line import Height
from careplan.review.timeline.sheet import Heading, Result, Sheet, middle
from careplan.review.timeline.svg import Svg, clean
from careplan.review.timeline.windows import windows
from careplan.review.timeline.words import gettext, tenth


@dataclass(frozen=True)
class MoodLane:
    """The 7-day mean, dots, and the means of before and now."""

    mood: Mood
    height: float = 160
    shows_means: bool = True
    kind: str = "mood"

    @cached_property
    def _days(self) -> means.Days:
        """Worked out once, however many times the lane is drawn."""
        return means.by_day(self.mood.points, means.value_of)

    def heading(self, sheet: Sheet) -> Heading:
        """Before and now in figures, the turn in words."""
        part = sheet.compared
        return Heading(
            name=gettext("Mood"),
            notes=(gettext("Higher is better ↑"), _line_note(sheet)),
            results=results(sheet, part),
            short=short(part),
        )

    def _rule(self, y: float) -> Height:
        each = -(self.height - 24) / 6
        return Height(y + self.height - 10 - each, each)

    def marks(self, sheet: Sheet, y: float) -> Svg:
        """Guides, area, dots, line, window means, in that order."""
        days, height = self._days, self._rule(y)
        span = mood_line.logged_span(sheet)
        line = mood_line.pieces(sheet, days, height, span) if span else []
        return svg.join(
            [
                self._guides(sheet, height),
                nothing_logged(sheet, self.mood, height.of(4)),
                self._difference(sheet, days, height),
                self._dots(sheet, height),
                mood_line.line_of("moodline", line),
                self._window_means(sheet, days, height),
            ]
        )

    def _guides(self, sheet: Sheet, height: Height) -> Svg:
        parts = []
        words = {1: gettext("Very low"), 4: "", 7: gettext("Very good")}
        for value, name in words.items():
            at = height.of(value)
            parts.append(svg.line("cut", sheet.left, at, sheet.right, at))
            if sheet.has_gutter:
                parts.append(svg.text(sheet.left - 10, at + 4, name, "sub", "end"))
        return svg.join(parts)

    def _difference(self, sheet: Sheet, days: means.Days, height: Height) -> Svg:
        pivot = sheet.data.pivot
        if not pivot or not self.shows_means:
            return svg.EMPTY
        frame = windows(pivot.on, today=sheet.data.range.today)
        line, level = mood_line.before_level(sheet, days, height, frame)
        since = mood_line.after(pivot.on, sheet)
        if level is None or since is None:
            return line
        found = mood_line.pieces(sheet, days, height, since)
        return svg.join([mood_line.area_of(found, level), line])

    def _window_means(self, sheet: Sheet, days: means.Days, height: Height) -> Svg:
        pivot = sheet.data.pivot
        if not pivot or not self.shows_means:
            return svg.EMPTY
        frame = windows(pivot.on, today=sheet.data.range.today)
        part = sheet.compared
        before, now = (part.before or 0, part.now or 0) if part else (0, 0)
        sides = (-1 if now >= before and before > Fraction(8, 5) else 1, 1)
        return mood_line.window_means(sheet, days, height, frame, sides)

    def _dots(self, sheet: Sheet, height: Height) -> Svg:
        start, end = sheet.data.range.start, sheet.data.range.end
        shown = [p for p in self.mood.points if start <= p.on <= end]
        if sheet.detail.mood is Grain.MERGED:
            return svg.EMPTY
        if sheet.detail.mood is Grain.DAY:
            return self._single_dots(sheet, shown, height)
        groups = grouped(shown, sheet.detail.mood, lambda p: p.on)
        if sheet.is_long:  # the line is made of these very means already
            groups = [g for g in groups if len({p.on for p in g}) < means.ROLLING_NEEDS]
        return svg.join([self._dot(sheet, group, height) for group in groups])

    def _single_dots(self, sheet: Sheet, shown: list[MoodPoint], height: Height) -> Svg:
        """A dot a check-in, written out here: there may be hundreds."""
        left, start = sheet.left, sheet.data.range.start
        whole, wide = sheet.scale.whole, sheet.scale.wide
        named, addressed = names.MoodNames(), sheet.addresses
        found = []
        for point in shown:
            value, on = point.value or means.ZERO, point.on
            x, y = (
                left + (on - start).days / whole * wide,
                height.zero + height.each * float(value),
            )
            place = f'<circle class="mooddot" cx="{x:.1f}" cy="{y:.1f}" r="2.3"/>'
            shape = svg.tidy(place)
            url = clean(point.url) if point.url else ""
            if addressed and not url:
                url = f"{addressed[0]}{on}{addressed[1]}"
            if url and sheet.is_linked:
                shape = (
                    f'<a href="{url}" aria-label="{named.of(on, value)}">{shape}</a>'
                )
            found.append(shape)
        return Svg("".join(found))

    def _dot(self, sheet: Sheet, group: list[MoodPoint], height: Height) -> Svg:
        x = sheet.scale.x(middle(group).on)
        value = means.mean([*means.by_day(group, means.value_of).values()])
        at = value if value is not None else Fraction(1)
        if len(group) == 1:
            words = names.mood_words(group[0])
        else:
            words = gettext("mood %(value)s of 7", value=tenth(at))
        shape = svg.circle("mooddot", x, height.of(at), 2.3)
        return sheet.group_mark(shape, [p.on for p in group], [words], group[0].url)


def nothing_logged(sheet: Sheet, mood: Mood, y: float) -> Svg:
    """Words in place of a line when the page has no check-in at all."""
    start, end = sheet.data.range.start, sheet.data.range.end
    if [point for point in mood.points if start <= point.on <= end]:
        return svg.EMPTY
    words = gettext("Nothing logged in these weeks")
    return svg.text(sheet.left + 5, y - 5, svg.fitted(words, sheet.right), "sub")


def _line_note(sheet: Sheet) -> str:
    is_weekly = sheet.detail.mood is not Grain.DAY and sheet.is_long
    return gettext("Weekly average") if is_weekly else gettext("7-day average")


def short(part: MoodCompared | None) -> str:
    """``2.7 → 4.3``; empty without both."""
    if part is None or part.before is None or part.now is None:
        return ""
    return f"{tenth(part.before)} → {tenth(part.now)}"


def results(sheet: Sheet, part: MoodCompared | None) -> tuple[Result, ...]:
    """The answer at the end of the lane."""
    if part is None:
        return ()
    notes = (turn_note(part), _days_note(sheet, part))
    return (
        Result(
            big=short(part) or gettext("Not logged"),
            notes=tuple(note for note in notes if note),
            tone="moodtxt",
        ),
    )


def turn_note(part: MoodCompared) -> str:
    """``Higher (better)``: the turn and what it is worth, in words."""
    standard = part.scale is MoodScale.STANDARD
    match part.turn:
        case Turn.UNCLEAR:
            return gettext("Hard to say yet")
        case Turn.SAME:
            return gettext("About the same")
        case Turn.MUCH_HIGHER:
            return gettext("Higher (better)") if standard else gettext("Less steady")
        case _:
            return gettext("Lower") if standard else gettext("Steadier")


def _days_note(sheet: Sheet, part: MoodCompared) -> str:
    pivot = sheet.data.pivot
    frame = windows(pivot.on, today=sheet.data.range.today) if pivot else None
    if frame is None or frame.now is None:
        return ""
    return gettext(
        "%(logged)s of %(days)s days logged", logged=part.days_now, days=frame.now.days
    )
