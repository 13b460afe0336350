"""SuperOffice's web API: a sale is read, and what may be written of it is patched."""

from datetime import timedelta
from typing import Any

import msgspec

from adapters.crm.deciding import Wish, decided, instant_of, keep_said, keep_seen
from adapters.crm.passes import REFUSED, Passes
from adapters.crm.superoffice.mapping import Sale, patch, sale_id, troubles, wishes
from adapters.crm.superoffice.ticket import Tickets
from adapters.http import Guard
from adapters.rest import USUAL, Answer, json_of
from engine.kernel.clock import Clock, SystemClock
from engine.ports.connections import Access, Checked, Steps
from engine.ports.crm import CrmCapabilities, CrmDocument, CrmReceipt, Kept
from engine.ports.outcomes import Declined, Denied, Postponed, Uncertain

_LIFETIME = timedelta(hours=5, minutes=30)
"""A ticket ends six hours after its last use."""
_MOST_READS = 3
_CHANGED = frozenset({409, 412})
_NOT_FOUND = 404
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


class SuperOfficeCrm:
    """One customer's SuperOffice. Threads share it, and with it its ticket."""

    def __init__(self, access: Access, guard: Guard = USUAL, clock: Clock | None = None) -> None:
        self._access = access
        clock = clock or SystemClock()
        self._passes = Passes(Tickets(access, guard, clock).take, _LIFETIME, clock)

    def capabilities(self) -> CrmCapabilities:
        return CrmCapabilities(proof="own stub")

    def check(self) -> Checked:
        """Whose ticket it is, and whether sales have the fields that the options name."""
        me = self._object(self._ask("GET", "/v1/User/currentPrincipal"))
        context = self._access.credentials.get("context", "")
        if me.get("DatabaseContextIdentifier", context) != context:
            raise Denied("we are let in to another customer's data")
        usual = self._object(self._ask("GET", "/v1/Sale/default"))
        who = str(me.get("FullName") or me.get("Associate") or "the system user")[:100]
        return Checked(
            identity=f"{who} at {context}", troubles=tuple(troubles(usual, self._access.options))
        )

    def write(self, document: CrmDocument, key: str, steps: Steps) -> CrmReceipt:
        """Write what may be written; where somebody was faster the sale is read once more."""
        number = sale_id(document.opportunity)
        overwrites = self._access.options.get("newer") == "overwrite"
        for _ in range(_MOST_READS):
            sale = self._read(number)
            wanted = wishes(document, key, sale, self._access)
            changed_at = instant_of(sale.get("UpdatedDate"))
            found = decided(document, wanted, changed_at, steps, overwrites=overwrites)
            kept = found.kept
            if found.writes:
                keep_seen(steps, found.writes)
                after = self._patched(number, patch(sale, found.writes))
                if after is None:
                    continue
                kept = (*kept, *self._otherwise(document, key, after, found.writes))
            keep_said(steps, found.said)
            return CrmReceipt(
                reference=str(number),
                said=found.said,
                written=tuple(each.member for each in found.writes),
                kept=kept,
            )
        raise Postponed(f"sale {number} is being changed by others")

    def _read(self, number: int) -> Sale:
        answer = self._ask("GET", f"/v1/Sale/{number}")
        if answer.status == _NOT_FOUND:
            raise Declined(f"there is no sale {number}", {"opportunity": "it is not there"})
        found = self._object(answer)
        if found.get("SaleId") != number:
            raise Declined(f"another sale came back as {number}", {"opportunity": "not the same"})
        return found

    def _patched(self, number: int, changes: list[dict[str, object]]) -> Sale | None:
        """The sale after a patch; None where it was changed since it was read."""
        answer = self._ask("PATCH", f"/v1/Sale/{number}", _ENCODE(changes))
        if answer.status in _CHANGED:
            return None
        if not answer.is_ok:
            raise Declined(*_refusal(answer))
        found = json_of(answer, writes=True)
        if not isinstance(found, dict) or found.get("SaleId") != number:
            raise Uncertain("it did not answer with the sale that was written")
        return found

    def _otherwise(
        self, document: CrmDocument, key: str, after: Sale, writes: tuple[Wish, ...]
    ) -> tuple[Kept, ...]:
        """What was written and stands there as something else."""
        written = {each.member for each in writes}
        return tuple(
            Kept(
                member=each.member,
                there=each.there,
                ours=each.wanted,
                reason="it was written, and stands there otherwise",
            )
            for each in wishes(document, key, after, self._access)
            if each.member in written and each.there != each.wanted
        )

    def _object(self, answer: Answer) -> dict[str, Any]:
        if not answer.is_ok:
            raise Declined(*_refusal(answer))
        found = json_of(answer, writes=False)
        if not isinstance(found, dict):
            raise Postponed("it answered no object")
        return found

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        return self._passes.call(
            lambda held: held.api.call(
                method,
                path,
                body=body,
                headers=held.headers,
                writes=body is not None,
                passes=REFUSED,
            )
        )


def _refusal(answer: Answer) -> tuple[str, dict[str, str]]:
    """What is wrong by its own words, and with which members where it says so."""
    try:
        told = answer.json()
    except (ValueError, RecursionError):
        told = None
    members = told if isinstance(told, dict) else {}
    fields = members.get("ModelState")
    why = str(members.get("ErrorMessage") or members.get("Message") or answer.excerpt)[:300]
    named = fields if isinstance(fields, dict) else {}
    return (
        f"it answered {answer.status}: {why}",
        {str(name)[:100]: str(wrong)[:300] for name, wrong in list(named.items())[:50]},
    )
