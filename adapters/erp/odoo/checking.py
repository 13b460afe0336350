"""Trying a connection to Odoo: whether everything a push needs can be asked for and written."""

from collections.abc import Iterator
from datetime import date, timedelta

from adapters.erp.odoo.client import Odoo
from adapters.erp.odoo.found import Company, number_in
from adapters.erp.odoo.lookups import LookUps
from engine.kernel.clock import Clock
from engine.ports.connections import Access, Checked, TableName
from engine.ports.outcomes import Declined, Denied, Postponed

_READ = (
    *("res.partner", "product.product", "uom.uom", "account.tax", "product.pricelist"),
    *("account.payment.term", "sale.order", "sale.order.line"),
)
_LIFE = timedelta(days=89)
"""How long an API key is good for at least, where it was made for three months."""
_NOTICE = timedelta(days=14)
_NAMED = (
    ("rounding_product", "product.product", "default_code"),
    ("payment_term", "account.payment.term", "name"),
    ("pricelist", "product.pricelist", "name"),
)


class Check:
    """One test of a connection; it writes nothing."""

    def __init__(self, odoo: Odoo, look_ups: LookUps, access: Access, clock: Clock) -> None:
        self._odoo = odoo
        self._look_ups = look_ups
        self._access = access
        self._clock = clock

    def checked(self) -> Checked:
        """Raises only where nobody is let in at all, or nobody answers."""
        context = self._odoo.call("res.users/context_get", writes=False)
        if not isinstance(context, dict):
            raise Postponed("Odoo did not say who we are")
        who = self._odoo.search("res.users", [["id", "=", context.get("uid")]], ("login",))
        login = who[0].get("login") if who else ""
        troubles = list(self._key_troubles())
        company: Company | None = None
        try:
            company = self._look_ups.company()
        except Declined as error:
            troubles.append(f"{error.reason}: {', '.join(error.fields.values())}")
        troubles += [*self._reading(), *self._writing()]
        if company is not None:
            troubles += self._options(company)
        of = f" of {company.name}" if company else ""
        return Checked(identity=f"{login}{of}", troubles=tuple(troubles))

    def _key_troubles(self) -> Iterator[str]:
        made = self._access.options.get("key_made_on", "")
        if not made:
            return
        try:
            ends = date.fromisoformat(made) + _LIFE
        except ValueError:
            yield f"key_made_on is {made[:20]}, which is no day like 2026-11-21"
            return
        today = self._clock.now().date()
        if today >= ends:
            yield f"the API key is over three months old since {ends.isoformat()}; make a new one"
        elif today >= ends - _NOTICE:
            yield f"the API key ends on {ends.isoformat()}; make a new one before"

    def _reading(self) -> Iterator[str]:
        for model in _READ:
            try:
                self._odoo.search(model, [], ("id",), limit=1)
            except (Declined, Denied) as error:
                yield f"{model} cannot be read: {error.reason}"

    def _writing(self) -> Iterator[str]:
        for operation in ("create", "write"):
            try:
                may = self._odoo.call("sale.order/has_access", writes=False, operation=operation)
            except (Declined, Denied) as error:
                may = error.reason
            if may is not True:
                yield f"sale.order: this user may not {operation}"

    def _options(self, company: Company) -> Iterator[str]:
        for option, model, field in _NAMED:
            ours = self._access.options.get(option, "")
            is_term = option == "payment_term"
            theirs = self._access.tables.theirs
            wish = theirs(TableName.PAYMENT_TERM, ours) if is_term else ours
            number = number_in(wish)
            domain = [[field, "=", wish]] if number is None else [["id", "=", number]]
            if wish and len(self._odoo.search(model, domain, (field,), company=company.id)) != 1:
                yield f"{option}: Odoo has no {wish}, or several"
