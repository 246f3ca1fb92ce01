"""The sheet for A4 landscape and for the PDF: no links, nothing that needs a screen."""

from dataclasses import replace

from careplan.review.timeline import draw_desktop, svg
from careplan.review.timeline.choice import Room, Show, choose
from careplan.review.timeline.data import TimelineData
from careplan.review.timeline.draw_desktop import FORMAT
from careplan.review.timeline.figure import Figure, drawn, height_of
from careplan.review.timeline.print_style import embedded

EVERYTHING = Show()
# What words, legend and table leave of the sheet is so much wider than it is high. A
# drawing of the screen's width would stand small in the middle of it.
ROOM_ON_PAPER = 2.5


def draw(
    data: TimelineData,
    *,
    uid: str = "tp",
    show: Show = EVERYTHING,
    with_style: bool = False,
) -> Figure:
    """The timeline for paper.

    ``with_style`` embeds the light colours, for a PDF maker that knows no style
    sheet. On a page it stays off: an embedded style needs a policy exception.
    """
    chosen = choose(data, show, Room())
    lanes = draw_desktop.lanes(data, show, chosen)
    wide = max(FORMAT.width, round(ROOM_ON_PAPER * height_of(FORMAT, lanes)))
    return drawn(
        data,
        replace(FORMAT, width=wide),
        lanes,
        uid=uid,
        is_linked=False,
        folded=chosen.folded,
        style=embedded() if with_style else svg.EMPTY,
    )
