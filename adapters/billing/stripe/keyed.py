"""Calls that make something, each under a key of its own."""

from adapters.billing.stripe.client import Client, Json
from adapters.billing.stripe.outcomes import Spent
from engine.ports.connections import Steps
from engine.ports.outcomes import Uncertain


class Keyed:
    """The calls of one push.

    Made again under its key, a call makes nothing new. A key that will only ever be answered
    with an error is replaced at the next try, which looks first.
    """

    def __init__(self, client: Client, key: str, steps: Steps) -> None:
        self.client = client
        self._key = key
        self._steps = steps

    def post(self, piece: str, path: str, **params: object) -> Json:
        """What was made as `piece`; it is kept as a step."""
        count = self._steps.get(f"{piece}.tries") or "1"
        try:
            made = self.client.post(path, f"{self._key}-{piece}-{count}", **params)
        except Spent:
            self._steps.keep(**{f"{piece}.tries": str(int(count) + 1)})
            raise
        id, customer = made.get("id"), params.get("customer")
        if not isinstance(id, str) or (customer and made.get("customer") != customer):
            raise Uncertain("Stripe answered something else than what was made")
        self._steps.keep(**{piece: id})
        return made
