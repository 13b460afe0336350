"""Single statements outside any transaction, through bare driver connections kept for them.

Nothing is pooled with ceremony here: whoever asks takes the connection that rested last, or
opens one, so there are as many as threads have ever asked at once.
"""

from collections import deque
from typing import Any, cast

from sqlalchemy import Engine

from engine.store import failures

Row = tuple[Any, ...]
Parameters = tuple[str, ...] | dict[str, str]


class Asking:
    """Asks the database of `engine`, which keeps none of its connections. Threads share it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._resting: deque[Any] = deque()

    def rows(self, statement: str, parameters: Parameters) -> list[Row]:
        """The rows of a statement in the driver's own spelling; Unavailable as everywhere."""
        try:
            return self._rows(statement, parameters, again=True)
        except failures.DRIVER_ERRORS as error:
            meaning = failures.meaning(error)
            if meaning is None:
                raise
            raise meaning from error

    def close(self) -> None:
        """Give the resting connections back to the database."""
        while self._resting:
            self._resting.pop().close()

    def _rows(self, statement: str, parameters: Parameters, *, again: bool) -> list[Row]:
        connection = self._resting.pop() if self._resting else self._connect()
        try:
            rows = connection.execute(statement, parameters).fetchall()
        except BaseException:
            is_cut = getattr(connection, "closed", False)
            connection.close()
            if not (is_cut and again):
                raise
        else:
            self._resting.append(connection)
            return cast("list[Row]", rows)
        self.close()  # a server that was restarted has cut them all
        return self._rows(statement, parameters, again=False)

    def _connect(self) -> Any:  # noqa: ANN401 (either driver's; both can execute)
        connection = self.engine.raw_connection()
        connection.detach()
        return connection.dbapi_connection
