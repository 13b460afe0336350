"""Invalidating: telling of open quotes whose builds a changed configurator no longer allows."""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from engine.events.types import EventType
from engine.pricing.line import Ask
from engine.pricing.snapshot import Snapshot
from engine.quotes.quote import Quote
from engine.services.configuring import configured
from engine.store.unit_of_work import UnitOfWork

MOST_QUOTES = 1_000
"""How many open quotes are looked at, the newest first."""


def invalidated(uow: UnitOfWork, data: Snapshot, configurators: AbstractSet[str]) -> None:
    """Tell of each open quote that `data` no longer lets anybody build."""
    for quote_id in uow.quotes.open_ids()[:MOST_QUOTES]:
        quote = uow.quotes.get(quote_id)
        lines = _broken(uow, data, quote, configurators) if quote.version else []
        if lines:
            told = {"number": quote.number, "version": quote.version, "lines": lines}
            revision = {"revision": data.revision}
            uow.emit(EventType.CONFIGURATION_INVALIDATED, quote.id, told | revision)


def _broken(
    uow: UnitOfWork, data: Snapshot, quote: Quote, configurators: AbstractSet[str]
) -> list[str]:
    """The ids of lines that can no longer be built."""
    version = uow.quote_versions.get(quote.id, quote.version)
    today = data.today(uow.clock)
    return [
        line.id
        for line in version.offered.lines
        if any(each.configurator in configurators for each in line.price.ask.options)
        and configured(data, today, version.terms.currency, whole(line.price.ask))[1]
    ]


def whole(ask: Ask) -> Ask:
    """A line that asks for exactly the build it has, with nothing left to a default."""
    build = ((each.variable, each.value) for each in ask.options if not each.is_rule)
    return replace(ask, configuration=tuple(sorted(build)))
