"""Scores: lines with markers, and the published cut points as dotted lines."""

from dataclasses import dataclass
from functools import cached_property

from careplan.review.timeline import comparison, names, svg
from careplan.review.timeline.comparison import ScoreCompared, Turn, Worth
from careplan.review.timeline.data import Score, ScorePoint
from careplan.review.timeline.detail import Grain, grouped
from careplan.review.timeline.sheet import Heading, Result, Sheet
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.windows import windows
from careplan.review.timeline.words import capital, gettext

SMALL = 100  # lower than this there is no room for every cut point
SPARE = 4  # points above the highest one shown
TONES = ("phq", "gad")  # solid with round marks, dashed with square marks
CLOSE = 14  # nearer than this a mark touches words
LABELLED = 10  # a lane with fewer forms has each total written on a small sheet


@dataclass(frozen=True)
class ScoresLane:
    """One measure, or two that share an axis."""

    scores: tuple[Score, ...]
    height: float = 158
    kind: str = "scores"

    def heading(self, sheet: Sheet) -> Heading:
        """Each measure before and now, with the ranges it went through."""
        lower = self.scores[0].lower_is_better
        better = (
            gettext("Lower is better ↓") if lower else gettext("Higher is better ↑")
        )
        if lower is None:
            better = gettext("Your own tracker")
        codes = tuple(score.code for score in self.scores)
        alone = len(self.scores) == 1
        name = codes[0] if alone else gettext("Scores")
        notes = (better,) if alone else (better, _and(codes))
        return Heading(
            name=name,
            notes=notes,
            results=tuple(
                result
                for score, tone in zip(self.scores, TONES, strict=False)
                if (result := _result(sheet, score, tone))
            ),
            short=_short(sheet, self.scores[0]),
        )

    @cached_property
    def _top(self) -> int:
        shown = [p.total for score in self.scores for p in score.points]
        cuts = [b.start for score in self.scores for b in score.bands]
        if self.height < SMALL:
            cuts = [cut for cut in cuts if cut <= max(shown, default=0)]
        most = max((*shown, *cuts, 8))
        return min(most + SPARE, max(score.highest for score in self.scores))

    def _y(self, y: float, total: float) -> float:
        head, foot = (14, 12) if self.height > SMALL else (16, 8)
        room = self.height - head - foot
        return y + self.height - foot - total / self._top * room

    def marks(self, sheet: Sheet, y: float) -> Svg:
        """Cut points first, then the lines, the second measure under the first."""
        lines = [
            self._line(sheet, score, tone, y)
            for score, tone in zip(self.scores, TONES, strict=False)
        ]
        return svg.join([self._cuts(sheet, y), *reversed(lines)])

    def _cuts(self, sheet: Sheet, y: float) -> Svg:
        parts = []
        cuts = sorted({b.start for s in self.scores for b in s.bands if b.start})
        if sheet.is_small or not sheet.has_gutter:
            cuts = [cut for cut in cuts if cut % 10 == 0] or cuts[:2]
        free_from = y + self.height + 12
        for cut in cuts:
            at = self._y(y, cut)
            if at < y + 2:
                continue
            parts.append(svg.line("cut", sheet.left, at, sheet.right, at))
            if sheet.has_gutter and at < free_from - 12:
                parts.append(svg.text(sheet.left - 10, at + 4, str(cut), "sub", "end"))
                free_from = at
        return svg.join(parts)

    def _line(self, sheet: Sheet, score: Score, tone: str, y: float) -> Svg:
        shown = [p for p in score.points if sheet.shows(p.on)]
        if not shown:
            return svg.EMPTY
        places = [
            sheet.rounded(sheet.scale.x(p.on), self._y(y, p.total)) for p in shown
        ]
        way = svg.through(places) if len(places) > 1 else ""
        return svg.join(
            [
                svg.path(f"{tone}line", way),
                self._markers(sheet, score, tone, y),
                self._words(sheet, score, tone, shown, y),
            ]
        )

    def _markers(self, sheet: Sheet, score: Score, tone: str, y: float) -> Svg:
        shown = [p for p in score.points if sheet.shows(p.on)]
        grain = sheet.detail.bands
        last_of = [group[-1] for group in grouped(shown, grain, lambda p: p.on)]
        if grain is Grain.MERGED:
            places = ((sheet.scale.x(p.on), self._y(y, p.total)) for p in shown)
            return svg.path(f"{tone}row", svg.dots(places))
        return svg.join(
            sheet.mark(
                _marker(tone, sheet.scale.x(p.on), self._y(y, p.total)),
                names.dated(p.on, names.score_words(score, p)),
                p.url or sheet.data.address_of(p.on),
            )
            for p in last_of
        )

    def _words(
        self, sheet: Sheet, score: Score, tone: str, shown: list[ScorePoint], y: float
    ) -> Svg:
        cls = f"{tone}txt"
        if sheet.is_small and len(self.scores) == 1:
            return self._totals(sheet, cls, shown, y) if sheet.has_gutter else svg.EMPTY
        first, last = shown[0], shown[-1]
        under = tone == "gad"
        words = [self._label(sheet, score, cls, first, y, under=under)]
        x1, y1 = sheet.scale.x(last.on) + 11, self._y(y, last.total)
        if len(shown) > 1 and x1 + 20 < sheet.width:
            end_y = min(y1 + (13 if under else -3), y + self.height - 2)
            words.append(svg.text(x1, end_y, str(last.total), cls))
        return svg.join(words)

    def _label(
        self,
        sheet: Sheet,
        score: Score,
        cls: str,
        first: ScorePoint,
        y: float,
        *,
        under: bool,
    ) -> Svg:
        """Over or under the first form; before it where a line would run through."""
        label = f"{score.code} {score.label} {first.total}"
        wide = svg.width_of(label)
        x, at = sheet.scale.x(first.on), self._y(y, first.total)
        line = min(at + 20, y + self.height - 3) if under else max(at - 12, y + 11)
        if under and self._crosses(sheet, y, (x, x + wide), line):
            before = x - 10
            if before - wide >= sheet.left and not self._crosses(
                sheet, y, (before - wide, before), at + 4
            ):
                return svg.text(before, at + 4, label, cls, "end", "mh")
        start = max(min(x, sheet.right - wide), sheet.left)
        return svg.text(start, line, label, cls, "mh")

    def _crosses(
        self, sheet: Sheet, y: float, along: tuple[float, float], line: float
    ) -> bool:
        """Whether a form of either measure lies in these words."""
        forms = (p for score in self.scores for p in score.points if sheet.shows(p.on))
        return any(
            along[0] < sheet.scale.x(p.on) <= along[1]
            and abs(self._y(y, p.total) - (line - 4)) < CLOSE
            for p in forms
        )

    def _totals(self, sheet: Sheet, cls: str, shown: list[ScorePoint], y: float) -> Svg:
        few = shown if len(shown) <= LABELLED else [shown[0], shown[-1]]
        words, free_from = [], 0.0
        for point in few:
            x = max(sheet.left + 8, min(sheet.scale.x(point.on), sheet.right - 8))
            if x > free_from:
                at = self._y(y, point.total) - 9
                words.append(svg.text(x, at, str(point.total), cls, "mid"))
                free_from = x + 20
        return svg.join(words)


def _and(codes: tuple[str, ...]) -> str:
    return gettext("%(first)s and %(second)s", first=codes[0], second=codes[1])


def _marker(tone: str, x: float, y: float) -> Svg:
    if tone == "gad":
        return svg.rect("gaddot", x - 4, y - 4, 8, 8)
    return svg.circle("phqdot", x, y, 5.5)


def _compared(sheet: Sheet, score: Score) -> ScoreCompared | None:
    pivot = sheet.data.pivot
    if pivot is None:
        return None
    return comparison.score(score, windows(pivot.on, today=sheet.data.range.today))


def _short(sheet: Sheet, score: Score) -> str:
    part = _compared(sheet, score)
    if part is None or part.before is None or part.now is None:
        return str(score.points[-1].total) if score.points else ""
    return f"{part.before.total} → {part.now.total}"


def _result(sheet: Sheet, score: Score, tone: str) -> Result | None:
    part = _compared(sheet, score)
    if part is None:
        return None
    return Result(
        big=_short(sheet, score) or gettext("None yet"),
        notes=tuple(n for n in (_turn_of(part), _ranges(part)) if n),
        tone=f"{tone}txt",
    )


def _turn_of(part: ScoreCompared) -> str:
    """Say how it turned; nothing of a tracker, which has no better and no worse."""
    return "" if part.score.lower_is_better is None else turn_note(part)


def turn_note(part: ScoreCompared) -> str:
    """``PHQ-9 lower (better)``; a turn for the worse is said without a verdict."""
    words = {
        Turn.MUCH_LOWER: gettext("lower"),
        Turn.LITTLE_LOWER: gettext("a little lower"),
        Turn.SAME: gettext("about the same"),
        Turn.LITTLE_HIGHER: gettext("a little higher"),
        Turn.MUCH_HIGHER: gettext("higher"),
        Turn.UNCLEAR: gettext("hard to say yet"),
    }[part.turn]
    whole = f"{part.score.code} {words}"
    if part.worth is Worth.BETTER:
        return gettext("%(what)s (better)", what=whole)
    return capital(whole)


def _ranges(part: ScoreCompared) -> str:
    if part.before is None or part.now is None:
        return ""
    was = comparison.range_name(part.score, part.before.total)
    now = comparison.range_name(part.score, part.now.total)
    return f"{was} → {now}" if was != now else now
