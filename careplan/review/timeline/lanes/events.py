"""Lanes of single days: life events, plan versions, phases."""

from dataclasses import dataclass

from careplan.review.timeline import names, svg
from careplan.review.timeline.data import LifeEvent, Phase, Version, VersionState
from careplan.review.timeline.detail import Grain
from careplan.review.timeline.sheet import Heading, Result, Sheet
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.words import gettext

ROW = 18  # from one line of labels to the next
MOST_LABELS = 24


@dataclass(frozen=True, slots=True)
class EventsLane:
    """Diamonds with their words, on as many lines as fit."""

    events: tuple[LifeEvent, ...]
    height: float = 40
    kind: str = "events"

    def heading(self, sheet: Sheet) -> Heading:
        """Only its name: the words stand at the marks."""
        return Heading(name=gettext("Life events"), baseline=17)

    def marks(self, sheet: Sheet, y: float) -> Svg:
        """A label that finds no room is left to the link's name and the table."""
        shown = [e for e in self.events if sheet.shows(e.on)]
        if not shown:
            words = gettext("None written down here")
            return svg.text(sheet.left + 5, y + 16.5, words, "sub")
        if sheet.detail.bands is Grain.MERGED and len(shown) > MOST_LABELS:
            ways = [
                svg.diamond(_inside(sheet, sheet.scale.x(e.on)), y + 14, 6)
                for e in shown
            ]
            return svg.path("ev", "".join(ways))
        lines = [sheet.left - 20.0] * max(1, int((self.height - 4) // ROW))
        return svg.join(self._event(sheet, event, y, lines) for event in shown)

    def _event(
        self, sheet: Sheet, event: LifeEvent, y: float, lines: list[float]
    ) -> Svg:
        x = _inside(sheet, sheet.scale.x(event.on))
        name = svg.fitted(event.name, 0.45 * (sheet.right - sheet.left))
        wide = svg.width_of(name)
        fits_right = x + 12 + wide <= sheet.right
        start, end = (x - 7, x + 12 + wide) if fits_right else (x - 12 - wide, x + 7)
        row = next((i for i, used in enumerate(lines) if used + 4 <= start), None)
        freest = min(range(len(lines)), key=lambda i: lines[i])
        at = y + 12 + ROW * (freest if row is None else row)
        shape = svg.path("ev", svg.diamond(x, at, 6.5))
        link = sheet.mark(
            shape,
            names.dated(event.on, event.name),
            event.url or sheet.data.address_of(event.on),
        )
        if row is None:
            lines[freest] = max(lines[freest], x + 7)
            return link
        lines[row] = end
        side = "" if fits_right else "end"
        words_x = x + 12 if fits_right else x - 12
        words = svg.text(words_x, at + 4.5, name, "evtxt", side, "mh")
        return svg.join([link, words])


def _inside(sheet: Sheet, x: float) -> float:
    return min(max(x, sheet.left + 7), sheet.right - 7)


@dataclass(frozen=True, slots=True)
class VersionsLane:
    """A numbered chip a plan version, dashed while it is not agreed."""

    versions: tuple[Version, ...]
    height: float = 36
    kind: str = "versions"

    def heading(self, sheet: Sheet) -> Heading:
        """The version in force and the one that waits."""
        agreed = [v for v in self.versions if v.state is VersionState.AGREED]
        agreed = [v for v in agreed if v.on <= sheet.data.range.today]
        waiting = [v for v in self.versions if v.state is VersionState.PROPOSED]
        results: tuple[Result, ...] = ()
        if agreed:
            big = gettext("Version %(number)s agreed", number=agreed[-1].number)
            results = (Result(big=big, notes=_waiting(waiting)),)
        return Heading(
            name=gettext("Plan version"),
            results=results,
            baseline=self.height / 2 + 5,
        )

    def marks(self, sheet: Sheet, y: float) -> Svg:
        """Chips from left to right; one that would cover another is left out."""
        parts, free_from = [], sheet.left - 1
        for version in self.versions:
            width = max(22.0, svg.width_of(str(version.number), 12) + 9)
            x = min(sheet.scale.x(version.on) + 4, sheet.right - width)
            if sheet.shows(version.on) and x >= free_from:
                parts.append(self._chip(sheet, version, x, y, width))
                free_from = x + width + 1
        return svg.join(parts)

    def _chip(
        self, sheet: Sheet, version: Version, x: float, y: float, width: float
    ) -> Svg:
        cls = "ver" if version.state is VersionState.AGREED else "verp"
        top = y + self.height / 2 - 11
        shape = svg.rect(cls, x, top, width, 22, 6)
        number = str(version.number)
        words = svg.text(x + width / 2, top + 15.5, number, "vtxt", "mid")
        name = names.dated(version.on, names.version_words(version))
        return sheet.mark(svg.join([shape, words]), name, version.url)


def _waiting(waiting: list[Version]) -> tuple[str, ...]:
    if not waiting:
        return ()
    return (gettext("%(number)s is not agreed yet", number=waiting[-1].number),)


@dataclass(frozen=True, slots=True)
class PhasesLane:
    """The phases of the plan as bands with their names (L14)."""

    phases: tuple[Phase, ...]
    height: float = 34
    kind: str = "phases"

    def heading(self, sheet: Sheet) -> Heading:
        """The phase today."""
        began = [p for p in self.phases if p.start <= sheet.data.range.today]
        now = [p for p in began if p.end is None or p.end >= sheet.data.range.today]
        results: tuple[Result, ...] = ()
        if now:
            results = (Result(big=names.phase_name(now[-1].kind)),)
        return Heading(name=gettext("Phase"), results=results, baseline=21.5)

    def marks(self, sheet: Sheet, y: float) -> Svg:
        """A band a phase, to its end or to the end of the page."""
        page = sheet.data.range
        shown = [p for p in self.phases if page.span.meets(p.start, p.end or page.end)]
        return svg.join(self._band(sheet, phase, y) for phase in shown[-16:])

    def _band(self, sheet: Sheet, phase: Phase, y: float) -> Svg:
        x0, x1 = sheet.scale.across(phase.start, phase.end or sheet.data.range.end)
        width = max(2.0, x1 - x0 - 2)
        x0 = min(x0, sheet.right - width)
        shape = svg.rect(f"ph-{phase.kind.value}", x0, y + 7, width, 20, 5)
        link = sheet.mark(
            shape, names.dated(phase.start, names.phase_words(phase)), phase.url
        )
        name = names.phase_name(phase.kind)
        if svg.width_of(name, 12.5) + 12 > width:
            return link
        return svg.join([link, svg.text(x0 + 8, y + 21.5, name, "phtxt")])
