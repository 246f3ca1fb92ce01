"""Django's `migrate`, as the owner of the tables."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from careplan.common.postgresql.migrating import noted_in_place
from careplan.common.postgresql.owner import (
    as_owner,
    keep_identity_key,
    share_new_tables,
)
from patients import history


class Command(migrate.Command):
    """Connects as DATABASE_OWNER_URL, migrates, stores what checks identities, and puts
    the change history on tables that have none yet."""

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(connections[options["database"]]) as connection:
            share_new_tables(connection)
            with noted_in_place():
                super().handle(*args, **options)
            keep_identity_key(connection)
            history.track(connection)
