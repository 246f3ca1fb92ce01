"""The figure as text, equal to its data: what changed, what happened, week by week.

Rows are frozen and finished: a page prints header cells, cells and captions as they
are. An empty cell says "Not logged", never nothing. A lane that is not shared has no
row and no column.
"""

from careplan.review.timeline.table.before_and_now import summary
from careplan.review.timeline.table.in_order import events
from careplan.review.timeline.table.shape import Row, Table, not_logged
from careplan.review.timeline.table.week_by_week import weekly

__all__ = ["Row", "Table", "events", "not_logged", "summary", "weekly"]
