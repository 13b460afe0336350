"""A bounded memory of answers that cannot change."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Memo(Generic[Answer]):
    """Remembers up to `size` answers, then starts afresh.

    Threads may share it: at worst an answer is worked out twice.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: dict[Hashable, Answer] = {}

    def find(self, key: Hashable) -> Answer | None:
        """The answer for `key`, where it is remembered."""
        return self._answers.get(key)

    def get(self, key: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """The answer for `key`, worked out when it is not remembered."""
        answer = self._answers.get(key)
        if answer is None:
            if len(self._answers) >= self._size:
                self._answers.clear()
            answer = self._answers[key] = work_out()
        return answer
