"""PostgreSQL, told who is asking before every statement that could show a row."""

import sys
from typing import Any

from django.db.backends.postgresql import base, operations

from careplan.common import identity


class PlannedCursor(base.ServerBindingCursor):
    """Sends values beside the statement, which is planned once for the connection."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        return super().execute(query, params, **{"prepare": True, **more})


class DatabaseOperations(operations.DatabaseOperations):
    """Django's own, which shows a planned statement with its values in it, too."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        if isinstance(cursor, PlannedCursor):
            return self.compose_sql(sql, params)
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's backend with one addition: the choke point for identity.

    Inside a transaction, the first statement is preceded by
    `set_config('app.ctx', <signed identity>, true)`; so is any statement after the
    identity changed or a savepoint was rolled back (which reverts the setting).
    Outside a transaction nothing is set and row security shows nothing.
    """

    ops_class = DatabaseOperations
    _told: str | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._tell_identity)

    def _tell_identity(
        self, execute: Any, sql: Any, params: Any, many: Any, context: Any
    ) -> Any:
        if self.in_atomic_block and not self.needs_rollback:
            self.tell_identity()
        return execute(sql, params, many, context)

    def tell_identity(self) -> None:
        """Send the current identity if this transaction has not heard it yet."""
        signed = identity.current().signed()
        if signed != self._told and (signed or self._told is not None):
            with self.connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.ctx', %s, true)", [signed])
            self._told = signed

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        # Nothing is prepared for being asked often, only what `planned_cursor` asks.
        connection.prepare_threshold = sys.maxsize
        return connection

    def planned_cursor(self) -> Any:
        """Give a cursor for statements that are asked again and again, word for word.

        Row security adds a dozen looks at the reader's places to each table, and to
        plan a statement over many tables takes PostgreSQL longer than to answer it. A
        statement through here is planned once a connection; who asks is looked up each
        time it runs. A pooler between must know prepared statements (PgBouncer 1.21).
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(PlannedCursor(self.connection))

    def _commit(self) -> None:
        self._told = None
        super()._commit()

    def _rollback(self) -> None:
        self._told = None
        super()._rollback()

    def _savepoint_rollback(self, sid: str) -> None:
        # A transaction in which a statement failed hears nothing but this one, even
        # where that statement was somebody else's.
        self._told = identity.current().signed()
        super()._savepoint_rollback(sid)
        # "" rather than None: the setting may have gone back to another person's.
        self._told = "unknown"

    def close(self) -> None:
        self._told = None
        super().close()
