"""Systems that are sent no changes of an order they have."""

from engine.ports.erp import OrderDocument, OrderState
from engine.ports.outcomes import Declined


class Unchanging:
    """The part of the port that such systems share."""

    def change(self, reference: str, document: OrderDocument, key: str) -> OrderState:  # noqa: ARG002 (the port's)
        """Always Declined: what an order has become is entered there by a person."""
        raise Declined(f"the order {reference} is changed there, by a person")
