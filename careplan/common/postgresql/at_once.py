"""One statement as a whole transaction, told who is asking in the same breath.

For what is written very often, one row at a time: the way to PostgreSQL and back is
made once and not four times (begin, identity, statement, commit).
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from careplan.common import identity

TELL = "SELECT set_config('app.ctx', %(_identity)s, true);"


def write_at_once(sql: str, values: Mapping[str, Any]) -> int:
    """Run one writing statement as the current identity, and commit it; inside an
    atomic block it is a part of that. Says how many rows it wrote."""
    told = {**values, "_identity": identity.current().signed()}
    with connection.cursor() as cursor:
        cursor.execute(TELL + sql, told)
        cursor.nextset()
        return int(cursor.rowcount)
