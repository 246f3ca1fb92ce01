"""Many rows sent as columns come back as they were."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection

from careplan.common.postgresql.columns import packed, rows_of

READ = "SELECT n.id, n.at, n.said, n.yes FROM {}"


@pytest.mark.django_db
def test_null_empty_and_awkward_text_come_back_as_they_were() -> None:
    at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    rows = [
        (uuid4(), at, "", True),
        (uuid4(), None, "“quoted”, 'so' {and} \\ [link]\nNULL", False),
        (uuid4(), at, None, True),
    ]
    item = rows_of("n", id="uuid", at="timestamptz", said="text", yes="bool")
    with connection.cursor() as cursor:
        cursor.execute(READ.format(item), packed(rows))
        assert cursor.fetchall() == rows


@pytest.mark.django_db
def test_one_row_with_an_empty_text_is_one_row() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT n.said FROM {rows_of('n', said='text')}", packed([("",)])
        )
        assert cursor.fetchall() == [("",)]
