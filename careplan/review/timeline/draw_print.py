"""The sheet for A4 landscape and for the PDF: no links, nothing that needs a screen."""

from careplan.review.timeline import draw_desktop, svg
from careplan.review.timeline.choice import Show
from careplan.review.timeline.data import TimelineData
from careplan.review.timeline.figure import Figure
from careplan.review.timeline.print_style import embedded

EVERYTHING = Show()


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
    style = embedded() if with_style else svg.EMPTY
    return draw_desktop.draw(data, uid=uid, show=show, is_linked=False, style=style)
