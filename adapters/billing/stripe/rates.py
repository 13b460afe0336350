"""Products and rates: prices, or where a system knows none, plans. Each is made once."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from adapters.billing.stripe.client import Json
from adapters.billing.stripe.keyed import Keyed
from adapters.billing.stripe.parts import Rate
from adapters.billing.stripe.sheet import interval_of
from engine.ports.outcomes import Declined


class Rates:
    """The rates of one push; no rate of theirs is taken that costs something else."""

    def __init__(self, keyed: Keyed, *, is_plans: bool) -> None:
        self._client = keyed.client
        self._keyed = keyed
        self._is_plans = is_plans

    @property
    def word(self) -> str:
        """What items of subscriptions call it."""
        return "plan" if self._is_plans else "price"

    def products(self, names: Mapping[str, str]) -> None:
        """Make the products that are not there."""
        for id, name in names.items():
            path = f"/v1/products/{quote(id, safe='')}"
            if self._client.get(path) is not None:
                continue
            try:
                self._keyed.post(f"product-{id}", "/v1/products", id=id, name=name)
            except Declined:
                if self._client.get(path) is None:  # nobody else has made it meanwhile
                    raise

    def of(self, rate: Rate) -> str:
        """The id of a rate, made where it is not there."""
        return self._plan(rate) if self._is_plans else self._price(rate)

    def once(self, product: str, currency: str, amount: int) -> str:
        """The id of a price that is paid once."""
        rate = Rate(sku=product, product=product, currency=currency, amount=str(amount))
        return self._price(rate)

    def _plan(self, rate: Rate) -> str:
        found = self._client.get(f"/v1/plans/{rate.key}")
        if found is None:
            found = self._keyed.post(
                rate.key,
                "/v1/plans",
                id=rate.key,
                product=rate.product,
                currency=rate.currency,
                amount=rate.amount,
                **interval_of(rate.months),
            )
        return _id(found, rate)

    def _price(self, rate: Rate) -> str:
        listed = self._client.get("/v1/prices", lookup_keys=[rate.key], active=True, limit=1)
        rows = None if listed is None else listed.get("data")
        known = rows[0] if isinstance(rows, list) and rows else None
        if isinstance(known, Mapping) and _is(known, rate):
            return _id(known, rate)
        return _id(self._keyed.post(rate.key, "/v1/prices", **self._params(rate)), rate)

    def _params(self, rate: Rate) -> dict[str, object]:
        params: dict[str, object] = {
            "product": rate.product,
            "currency": rate.currency,
            "lookup_key": rate.key,
            "transfer_lookup_key": True,
        }
        if rate.months:
            params["recurring"] = interval_of(rate.months) | self._usage(rate)
        if rate.tiers:
            tiers = [dict(each) for each in rate.tiers]
            params |= {"billing_scheme": "tiered", "tiers_mode": rate.tier_kind, "tiers": tiers}
        elif "." in rate.amount:
            params["unit_amount_decimal"] = rate.amount
        else:
            params["unit_amount"] = rate.amount
        return params

    def _usage(self, rate: Rate) -> dict[str, object]:
        return {"usage_type": "metered", "meter": rate.meter} if rate.meter else {}


def _is(price: Json, rate: Rate) -> bool:
    """Whether a price of theirs is the one that is meant, whatever it is called."""
    if price.get("product") != rate.product or price.get("currency") != rate.currency:
        return False
    if rate.tiers:
        return price.get("billing_scheme") == "tiered"
    said = price.get("unit_amount_decimal") or price.get("unit_amount")
    try:
        return Decimal(str(said)) == Decimal(rate.amount)
    except InvalidOperation:
        return False


def _id(found: Json, rate: Rate) -> str:
    id = found.get("id")
    if not isinstance(id, str) or found.get("currency") != rate.currency:
        raise Declined(f"what Stripe has as {rate.key} is another rate")
    return id
