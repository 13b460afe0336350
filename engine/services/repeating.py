"""Repeating: a request that comes again is answered again, and done once."""

from collections.abc import Callable

from engine.kernel.errors import Conflict, KeyReused
from engine.store.unit_of_work import UnitOfWork


def begin(
    uow: UnitOfWork, key: str, request: str, is_mine: Callable[[str], bool] | None = None
) -> str | None:
    """The answer given under `key`, or None where it is free: then it is taken.

    `request` tells requests apart, or `is_mine` does where it is kept in another form each time;
    KeyReused where the key stands for another one. Somebody who asks the same in the same instant
    is waited for.
    """
    given = uow.idempotency_keys.find(key)
    if given is None:
        try:
            uow.idempotency_keys.reserve(key, request, uow.clock.now())
        except Conflict:
            given = uow.idempotency_keys.find(key)
            if given is None:
                raise
        else:
            return None
    if not (given.request == request if is_mine is None else is_mine(given.request)):
        raise KeyReused("the idempotency key was used for another request")
    return given.answer


def finish(uow: UnitOfWork, key: str, answer: str) -> None:
    """Keep what was answered under a key taken before."""
    uow.idempotency_keys.answer(key, answer)
