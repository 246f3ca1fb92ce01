"""A side effect: bars as high as it was strong, a dot pattern where nothing is known."""

from dataclasses import dataclass
from datetime import timedelta

from careplan.review.timeline import names, svg
from careplan.review.timeline.course import full_name, standing
from careplan.review.timeline.data import Run, SideEffect
from careplan.review.timeline.detail import Grain
from careplan.review.timeline.sheet import Heading, Result, Sheet
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.words import uncapital

STEP = 7  # higher for each level


@dataclass(frozen=True, slots=True)
class EffectLane:
    """One side effect, by level."""

    effect: SideEffect
    height: float = 31
    kind: str = "effects"

    def heading(self, sheet: Sheet) -> Heading:
        """How it stands today."""
        days, today = sheet.data.range.span, sheet.data.range.today
        words = standing(self.effect, days, today)
        return Heading(
            name=self._name(sheet),
            baseline=self.height - 7,
            results=(Result(big=words, tone="b"),),
            short=uncapital(words),
        )

    def _name(self, sheet: Sheet) -> str:
        full = full_name(self.effect, sheet.data.voice)
        fits = svg.width_of(full, 14) <= sheet.left - 8
        return full if fits or not sheet.has_gutter else self.effect.name

    def marks(self, sheet: Sheet, y: float) -> Svg:
        """A base line to the last logged day, gaps as dots, runs as bars."""
        base = y + self.height - 5
        end = sheet.scale.x(sheet.logged_to)
        return svg.join(
            [
                svg.line("base", sheet.left, base, max(end, sheet.left + 1), base),
                self._gaps(sheet, base),
                self._runs(sheet, base),
            ]
        )

    def _gaps(self, sheet: Sheet, base: float) -> Svg:
        ways = []
        for span in self.effect.nothing_logged:
            if span.meets(sheet.data.range.start, sheet.logged_to):
                x0, x1 = sheet.scale.across(span.start, min(span.end, sheet.logged_to))
                if x1 > x0:
                    ways.append(svg.box(x0, base - 14, x1 - x0, 14))
        if not ways:
            return svg.EMPTY
        return svg.el("path", class_="nolog", fill=sheet.fill("dots"), d="".join(ways))

    def _runs(self, sheet: Sheet, base: float) -> Svg:
        days = sheet.data.range
        shown = [
            run
            for run in self.effect.runs
            if days.span.meets(run.start, run.end) and run.start <= days.today
        ]
        if sheet.detail.bands is not Grain.DAY:
            return self._merged(sheet, shown, base)
        return svg.join(self._run(sheet, run, base) for run in shown)

    def _run(self, sheet: Sheet, run: Run, base: float) -> Svg:
        x0, width, high = self._place(sheet, run)
        shape = svg.rect(f"f{run.level}", x0, base - high, width, high, 1.5)
        name = names.run_words(self.effect, run, sheet.data.voice)
        url = run.url or self.effect.url or sheet.data.address_of(run.start)
        return sheet.mark(shape, name, url)

    def _merged(self, sheet: Sheet, runs: list[Run], base: float) -> Svg:
        spans: dict[int, list[tuple[float, float]]] = {}
        for run in runs:
            x0, width, _ = self._place(sheet, run)
            spans.setdefault(run.level, []).append((x0, x0 + width))
        name = full_name(self.effect, sheet.data.voice)
        shapes = [
            svg.path(f"frow f{level}row", svg.bars(found, base - STEP * level / 2))
            for level, found in sorted(spans.items())
        ]
        return sheet.mark(svg.join(shapes), name, self.effect.url)

    def _place(self, sheet: Sheet, run: Run) -> tuple[float, float, float]:
        last = min(run.end, sheet.logged_to - timedelta(days=1))
        x0, x1 = sheet.scale.across(run.start, max(last, run.start))
        width = max(x1 - x0 - 1, 1.5)
        return min(x0, sheet.right - width), width, float(STEP * run.level)
