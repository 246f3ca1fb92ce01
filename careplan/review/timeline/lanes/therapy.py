"""Therapy: a dot a session, filled when it was held; ticks for homework."""

from dataclasses import dataclass

from careplan.review.timeline import names, svg
from careplan.review.timeline.data import Homework, Session, SessionState, Therapy
from careplan.review.timeline.detail import Grain, grouped
from careplan.review.timeline.sheet import Heading, Result, Sheet, middle
from careplan.review.timeline.svg import Svg
from careplan.review.timeline.words import gettext, ngettext

_CLASSES = {
    SessionState.HELD: "ses",
    SessionState.BOOKED: "sesplan",
    SessionState.MISSED: "sesno",
    SessionState.LATE_CANCELLED: "sesno",
    SessionState.MOVED: "sesno",
}


@dataclass(frozen=True, slots=True)
class TherapyLane:
    """Sessions on one line, homework marks under it."""

    therapy: Therapy
    height: float = 44
    radius: float = 6
    kind: str = "therapy"

    def heading(self, sheet: Sheet) -> Heading:
        """How many sessions on the page were held, and how many were not."""
        shown = [s for s in self.therapy.sessions if sheet.shows(s.on)]
        held = sum(s.state is SessionState.HELD for s in shown)
        missed = sum(_CLASSES[s.state] == "sesno" for s in shown)
        big = ngettext("%(count)s session", "%(count)s sessions", held)
        notes = (self._missed_words(missed), self._homework_words(sheet))
        return Heading(
            name=gettext("Therapy"),
            notes=(self.therapy.label,),
            results=(Result(big=big, notes=tuple(n for n in notes if n)),),
            short=big,
        )

    def _missed_words(self, missed: int) -> str:
        if not missed:
            return ""
        return ngettext("%(count)s did not happen", "%(count)s did not happen", missed)

    def _homework_words(self, sheet: Sheet) -> str:
        days = {h.on for h in self.therapy.homework if sheet.shows(h.on)}
        if not days:
            return ""
        return ngettext(
            "Homework on %(count)s day", "Homework on %(count)s days", len(days)
        )

    def marks(self, sheet: Sheet, y: float) -> Svg:
        """Dots in the upper half, ticks below."""
        middle_y = y + self.height * (0.42 if self.therapy.homework else 0.5)
        shown = [s for s in self.therapy.sessions if sheet.shows(s.on)]
        kinds: dict[str, list[Session]] = {}
        for session in shown:
            kinds.setdefault(_CLASSES[session.state], []).append(session)
        dots = [self._dots(sheet, c, found, middle_y) for c, found in kinds.items()]
        return svg.join([*dots, self._homework(sheet, middle_y + self.radius + 4)])

    def _dots(self, sheet: Sheet, cls: str, sessions: list[Session], y: float) -> Svg:
        grain, r = sheet.detail.sessions, self.radius
        if grain is Grain.MERGED:
            way = svg.dots((_inside(sheet, s, r), y) for s in sessions)
            hole = svg.path("holerow sesnorow", way) if cls != "ses" else svg.EMPTY
            return svg.join([svg.path("sesrow", way), hole])
        return svg.join(
            sheet.group_mark(
                svg.circle(cls, _inside(sheet, middle(group), r), y, r),
                [s.on for s in group],
                [names.session_words(s) for s in group],
                group[0].url,
            )
            for group in grouped(sessions, grain, lambda s: s.on)
        )

    def _homework(self, sheet: Sheet, y: float) -> Svg:
        shown = [h for h in self.therapy.homework if sheet.shows(h.on)]
        if sheet.detail.sessions is not Grain.DAY or len(shown) > 60:
            grain = Grain.WEEK if sheet.is_long else Grain.DAY
            groups = grouped(shown, grain, lambda h: h.on)
            days = [middle(group).on for group in groups]
            return svg.path("hw", "".join(_tick(sheet.scale.x(d), y) for d in days))
        return svg.join(self._tick_link(sheet, mark, y) for mark in shown)

    def _tick_link(self, sheet: Sheet, mark: Homework, y: float) -> Svg:
        shape = svg.path("hw", _tick(sheet.scale.x(mark.on), y))
        name = names.dated(mark.on, names.homework_words(mark))
        return sheet.mark(shape, name, mark.url)


def _tick(x: float, y: float) -> str:
    return f"M{svg.num(x - 3)},{svg.num(y + 3)}l2.5,3 4,-6"


def _inside(sheet: Sheet, session: Session, r: float) -> float:
    return min(max(sheet.scale.x(session.on), sheet.left + r), sheet.right - r)
