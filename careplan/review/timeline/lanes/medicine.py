"""A medicine: stepped bands as high as the dose, hatched where it is still ahead."""

from dataclasses import dataclass
from decimal import Decimal

from careplan.review.timeline import doses, names, svg
from careplan.review.timeline.data import (
    AnswerState,
    DoseMark,
    Intake,
    Medicine,
    Step,
    StepState,
)
from careplan.review.timeline.detail import Grain, grouped
from careplan.review.timeline.doses import Stretch
from careplan.review.timeline.sheet import Heading, Result, Sheet, middle
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.words import amount, day_short, gettext, number, uncapital

HEADROOM = 22  # above the highest band and below the base line
BELOW = 12  # under the base line, where missed doses stand
TEXT_BAND = 16  # a band lower than this has its dose written above it


@dataclass(frozen=True, slots=True)
class MedicineLane:
    """One medicine, scaled to its highest dose on the page."""

    medicine: Medicine
    height: float = 74
    kind: str = "medicines"

    def heading(self, sheet: Sheet) -> Heading:
        """Its dose today, what was taken, and what comes next."""
        now = doses.current(self.medicine, sheet.data.range.today)
        return Heading(
            name=self.medicine.name,
            notes=(self.medicine.purpose,) if self.medicine.purpose else (),
            results=(Result(big=self._big(now), notes=self._notes()),),
            short=self._short(now),
        )

    def _big(self, now: Step | None) -> str:
        if self.medicine.as_needed:
            return gettext("As needed")
        if now is None:
            return gettext("Not started")
        if now.dose == 0:
            return gettext("Stopped %(day)s", day=day_short(now.on))
        return amount(now.dose, now.unit)

    def _short(self, now: Step | None) -> str:
        big = self._big(now)
        if now and now.dose:
            return gettext("now %(dose)s", dose=big)
        return uncapital(big)

    def _notes(self) -> tuple[str, ...]:
        taken, ahead = self._taken_words(), self._ahead_words()
        return tuple(words for words in (taken, ahead) if words)

    def _taken_words(self) -> str:
        recent = self.medicine.recent
        if recent is None:
            return ""
        return gettext(
            "Taken %(taken)s of last %(planned)s",
            taken=recent.taken,
            planned=recent.planned,
        )

    def _ahead_words(self) -> str:
        step = doses.next_step(self.medicine)
        if step is None:
            return ""
        parts = {"dose": amount(step.dose, step.unit), "day": day_short(step.on)}
        if step.dose == 0:
            parts["dose"] = gettext("stop")
        if step.state is StepState.HELD:
            return gettext("%(dose)s on hold", **parts)
        if step.state is StepState.PROPOSED:
            return gettext("%(dose)s suggested, %(day)s", **parts)
        return gettext("%(dose)s planned, %(day)s", **parts)

    def marks(self, sheet: Sheet, y: float) -> Svg:
        """Bands, their top line, doses in figures, missed doses below."""
        base = y + self.height - BELOW
        bands = doses.stretches(self.medicine, sheet.data.range)
        full = max((b.dose for b in bands), default=Decimal(0)) or Decimal(1)
        return svg.join(
            [
                self._bands(sheet, bands, full, base),
                self._top_line(sheet, bands, full, base),
                self._labels(sheet, bands, full, base),
                self._intakes(sheet, base),
                svg.line("base", sheet.left, base, sheet.right, base),
                self._held(sheet, base),
                self._answers(sheet, base + 6.5),
            ]
        )

    def _rise(self, dose: Decimal, full: Decimal) -> float:
        return (self.height - HEADROOM) * float(dose / full)

    def _bands(
        self, sheet: Sheet, bands: list[Stretch], full: Decimal, base: float
    ) -> Svg:
        if sheet.detail.bands is Grain.MERGED:
            return self._merged_bands(sheet, bands, full, base)
        shapes = []
        for band in bands:
            x0, x1 = sheet.scale.x(band.start), sheet.scale.x(band.until)
            rise = self._rise(band.dose, full)
            if not band.dose or x1 <= x0:
                continue
            shape = svg.el(
                "rect",
                class_=_band_class(band, full),
                fill=sheet.fill("hatch") if band.is_ahead else None,
                x=x0,
                y=base - rise,
                width=x1 - x0,
                height=max(rise, 1),
            )
            goes_on = band.is_ahead and band.step.state is StepState.TAKEN
            name = names.dated(band.step.on, names.step_words(self.medicine, band.step))
            url = None if goes_on else band.step.url or self.medicine.url
            shapes.append(sheet.mark(shape, name, url))
        return svg.join(shapes)

    def _merged_bands(
        self, sheet: Sheet, bands: list[Stretch], full: Decimal, base: float
    ) -> Svg:
        ways: dict[str, list[str]] = {}
        for band in bands:
            x0, x1 = sheet.scale.x(band.start), sheet.scale.x(band.until)
            rise = self._rise(band.dose, full)
            if band.dose and x1 > x0:
                way = svg.box(x0, base - rise, x1 - x0, max(rise, 1))
                ways.setdefault(_band_class(band, full), []).append(way)
        return svg.join(
            svg.el(
                "path",
                class_=cls,
                fill=sheet.fill("hatch") if cls == "dplan" else None,
                d="".join(way),
            )
            for cls, way in ways.items()
        )

    def _top_line(
        self, sheet: Sheet, bands: list[Stretch], full: Decimal, base: float
    ) -> Svg:
        corners: list[tuple[float, float]] = []
        for band in bands:
            if band.is_ahead:
                continue
            x0, x1 = sheet.scale.x(band.start), sheet.scale.x(band.until)
            top = base - self._rise(band.dose, full)
            if not corners and x0 > sheet.left:
                corners.append((x0, base))
            corners += [(x0, top), (x1, top)]
        return svg.path("dtop", svg.through(corners))

    def _labels(
        self, sheet: Sheet, bands: list[Stretch], full: Decimal, base: float
    ) -> Svg:
        words, taken_to = [], sheet.left - 4
        for band in bands:
            x0, x1 = sheet.scale.x(band.start), sheet.scale.x(band.until)
            rise = self._rise(band.dose, full)
            inside = amount(band.dose, band.unit)
            goes_on = band.is_ahead and band.step.state is StepState.TAKEN
            if x1 <= x0 or goes_on:
                continue
            if not band.dose:
                stop = gettext("stop") if band.is_ahead else ""
                x0, taken_to = _placed(x0 + 4, svg.width_of(stop, 12.5), taken_to)
                if x0 + svg.width_of(stop, 12.5) <= sheet.right:
                    words.append(svg.text(x0, base - 5, stop, "sub"))
                continue
            fits = x1 - x0 > svg.width_of(inside) + 12 and rise >= TEXT_BAND
            if fits and not band.is_ahead:
                x = _beside_pivot(sheet, x0 + 7, x1, svg.width_of(inside))
                words.append(svg.text(x, base - rise / 2 + 4.5, inside, "doselab"))
                continue
            figure = number(band.dose)
            half = svg.width_of(figure, 12.5) / 2
            x = min((x0 + x1) / 2, sheet.right - half)
            if x1 - x0 > 8 and x - half > taken_to + 3:
                words.append(svg.text(x, base - rise - 6, figure, "sub", "mid"))
                taken_to = x + half
        if sheet.detail.bands is Grain.MERGED:
            words = words[-8:]
        return svg.join(words)

    def _held(self, sheet: Sheet, base: float) -> Svg:
        held = [
            step
            for step in self.medicine.steps
            if step.state is StepState.HELD and sheet.shows(step.on)
        ]
        if not held:
            return svg.EMPTY
        step = held[0]
        x, words = sheet.scale.x(step.on), gettext("on hold")
        room = svg.width_of(words, 12.5)
        x = min(x, sheet.right - room - 10)
        shape = svg.rect("dheld", x, base - 17, room + 10, 17, 4)
        name = names.dated(step.on, names.step_words(self.medicine, step))
        return svg.join(
            [
                sheet.mark(shape, name, step.url or self.medicine.url),
                svg.text(x + 5, base - 4.5, words, "sub"),
            ]
        )

    def _intakes(self, sheet: Sheet, base: float) -> Svg:
        shown = [i for i in self.medicine.intakes if sheet.shows(i.on)]
        full = max((i.dose for i in shown), default=Decimal(1))
        groups = grouped(shown, sheet.detail.doses, lambda i: i.on)
        if sheet.detail.doses is Grain.MERGED:
            ways = [self._intake_way(sheet, i, full, base) for i in shown]
            return svg.path("prn", "".join(ways))
        return svg.join(self._intake(sheet, group, full, base) for group in groups)

    def _intake(
        self, sheet: Sheet, group: list[Intake], full: Decimal, base: float
    ) -> Svg:
        largest = max(group, key=lambda i: i.dose)
        shape = svg.path("prn", self._intake_way(sheet, largest, full, base))
        return sheet.group_mark(
            shape,
            [i.on for i in group],
            [names.intake_words(self.medicine, i) for i in group],
            group[0].url,
        )

    def _intake_way(
        self, sheet: Sheet, intake: Intake, full: Decimal, base: float
    ) -> str:
        rise = self._rise(intake.dose, full) * 0.7
        x = min(sheet.scale.x(intake.on), sheet.right - 4)
        return svg.box(x, base - rise, max(2.5, min(4, sheet.scale.a_day)), rise)

    def _answers(self, sheet: Sheet, y: float) -> Svg:
        shown = [a for a in self.medicine.answers or () if sheet.shows(a.on)]
        kinds = {
            "missed": [a for a in shown if a.state in _NOT_TAKEN],
            "partly": [a for a in shown if a.state is AnswerState.PARTLY],
            "late": [a for a in shown if a.state is AnswerState.LATE],
        }
        return svg.join(self._kind(sheet, c, marks, y) for c, marks in kinds.items())

    def _kind(self, sheet: Sheet, cls: str, marks: list[DoseMark], y: float) -> Svg:
        if sheet.detail.doses is Grain.MERGED:
            grain = Grain.MONTH if sheet.detail.mood is Grain.MERGED else Grain.WEEK
            groups = grouped(marks, grain, lambda a: a.on)
            return _row(cls, [sheet.scale.x(middle(g).on) for g in groups], y)
        return svg.join(
            sheet.group_mark(
                _answer_shape(cls, sheet.scale.x(middle(group).on), y),
                [a.on for a in group],
                [names.answer_words(self.medicine, a) for a in group],
                group[0].url,
            )
            for group in grouped(marks, sheet.detail.doses, lambda a: a.on)
        )


_NOT_TAKEN = (AnswerState.MISSED, AnswerState.CHOSE_NOT)


def _band_class(band: Stretch, full: Decimal) -> str:
    if band.is_ahead:
        return "dplan"
    return "d1" if band.dose * 3 <= full * 2 else "d2"


def _beside_pivot(sheet: Sheet, x: float, end: float, wide: float) -> float:
    """Past the line of the change, where it would cut through the words."""
    pivot = sheet.data.pivot
    line = sheet.scale.x(pivot.on) if pivot else 0
    is_cut = x - 2 < line < x + wide
    return line + 6 if is_cut and line + 8 + wide < end else x


def _placed(x: float, width: float, taken_to: float) -> tuple[float, float]:
    return max(x, taken_to + 4), max(x, taken_to + 4) + width


def _answer_shape(cls: str, x: float, y: float) -> Svg:
    if cls == "missed":
        return svg.circle(cls, x, y, 3.2)
    return svg.path(cls, _answer_way(cls, x, y))


def _row(cls: str, places: list[float], y: float) -> Svg:
    """All marks of a kind as one or two shapes: a dot, and the hole in it."""
    if cls == "late":
        return svg.path(cls, "".join(_answer_way(cls, x, y) for x in places))
    way = svg.dots((x, y) for x in places)
    return svg.join([svg.path("dotrow", way), svg.path(f"holerow {cls}row", way)])


def _answer_way(cls: str, x: float, y: float) -> str:
    match cls:
        case "missed":
            return svg.ring(x, y, 3.2)
        case "partly":  # a ring with its lower half filled
            return (
                svg.ring(x, y, 3.2)
                + f"M{svg.num(x - 3.2)},{svg.num(y)}a3.2,3.2 0 0 0 6.4,0z"
            )
        case _:
            return f"M{svg.num(x)},{svg.num(y - 3.5)}v7"
