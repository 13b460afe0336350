"""Snapshots kept in memory: one per tenant, the newest seen, bounded in number and size."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock

from msgspec.json import encode as _encode

from engine.kernel.errors import Unavailable
from engine.pricing.snapshot import CatalogueData, Snapshot

_BYTES_PER_JSON_BYTE = 4
"""Objects and indexes of a snapshot take about this much more memory than its JSON."""


@dataclass(frozen=True, slots=True)
class _Kept:
    snapshot: Snapshot
    size: int


class Snapshots:
    """The snapshots of this process; threads share them, and one thread loads for all.

    `load` reads the tenant's newest snapshot. At most `most` snapshots of about `most_bytes`
    together are kept; the one used longest ago goes first, the newest always stays.
    """

    def __init__(
        self, load: Callable[[str], Snapshot], *, most: int = 256, most_bytes: int = 512 * 2**20
    ) -> None:
        self._load = load
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._loading: dict[str, Future[Snapshot]] = {}
        self._lock = Lock()

    def at(self, tenant_id: str, revision: int) -> Snapshot:
        """The tenant's snapshot at `revision` or a newer one, never an older."""
        with self._lock:
            kept = self._kept.get(tenant_id)
            if kept is not None and kept.snapshot.revision >= revision:
                self._kept.move_to_end(tenant_id)
                return kept.snapshot
            under_way = self._loading.get(tenant_id)
            if under_way is None:
                mine = self._loading[tenant_id] = Future()
        if under_way is None:
            return _new_enough(self._loaded(tenant_id, mine), revision)
        snapshot = under_way.result()
        if snapshot.revision >= revision:
            return snapshot
        return self.at(tenant_id, revision)  # it was begun before this revision was written

    def kept(self, tenant_id: str) -> Snapshot | None:
        """The tenant's snapshot that is in memory, if one is."""
        with self._lock:
            found = self._kept.get(tenant_id)
        return None if found is None else found.snapshot

    def _loaded(self, tenant_id: str, mine: Future[Snapshot]) -> Snapshot:
        try:
            snapshot = self._load(tenant_id)
            kept = _Kept(snapshot, _size(snapshot.data))
        except BaseException as error:
            with self._lock:
                del self._loading[tenant_id]
            mine.set_exception(error)
            raise
        with self._lock:
            del self._loading[tenant_id]
            self._keep(tenant_id, kept)
        mine.set_result(snapshot)
        return snapshot

    def _keep(self, tenant_id: str, kept: _Kept) -> None:
        old = self._kept.pop(tenant_id, None)
        self._bytes += kept.size - (old.size if old else 0)
        self._kept[tenant_id] = kept
        while len(self._kept) > 1 and (
            len(self._kept) > self._most or self._bytes > self._most_bytes
        ):
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= oldest.size


def _new_enough(snapshot: Snapshot, revision: int) -> Snapshot:
    if snapshot.revision < revision:
        raise Unavailable(f"revision {revision} of {snapshot.tenant} cannot be read yet")
    return snapshot


def _size(data: CatalogueData) -> int:
    rows = (data.products, data.entries, data.price_lists, data.addresses, data.accounts)
    words = (data.aliases, tuple(data.lists.values()))
    dated = (data.agreements, data.ladders, data.promotions, data.channel_discounts)
    rest = (data.exchange_rates, data.approval_rules, data.configurators)
    policies = (data.routing_rules, data.change_fees, data.service_policies, data.stages)
    steps = data.product_lines
    return _BYTES_PER_JSON_BYTE * len(
        _encode((rows, words, dated, rest, policies, steps), enc_hook=_plain)
    )


def _plain(value: object) -> object:
    """Read-only tables, which JSON knows nothing of."""
    return dict(value) if isinstance(value, Mapping) else str(value)
