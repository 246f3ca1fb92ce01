"""PostgreSQL, told who is asking before every statement that could show a row."""

from typing import Any

from django.db.backends.postgresql import base

from careplan.common import identity


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's backend with one addition: the choke point for identity.

    Inside a transaction, the first statement is preceded by
    `set_config('app.ctx', <signed identity>, true)`; so is any statement after the
    identity changed or a savepoint was rolled back (which reverts the setting).
    Outside a transaction nothing is set and row security shows nothing.
    """

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

    def _commit(self) -> None:
        self._told = None
        super()._commit()

    def _rollback(self) -> None:
        self._told = None
        super()._rollback()

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)
        # "" rather than None: the setting may have gone back to another person's.
        self._told = "unknown"

    def close(self) -> None:
        self._told = None
        super().close()
