"""Gross: which net comes to what is to be paid with its taxes, where a person says the latter."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from engine.catalog.settings import PricingPolicy
from engine.kernel.errors import Invalid
from engine.kernel.finding import Finding, Severity
from engine.kernel.numbers import LIMIT
from engine.pricing.net import times
from engine.pricing.rounding import EXACT, Rounding, floor
from engine.pricing.taxes import Taxable, taxes_of
from engine.pricing.totals import Totals
from engine.pricing.transaction import Priced, parts_of

_ZERO = Decimal(0)
_TWO = Decimal(2)
_NEAR = 3

Paid = Callable[[Decimal], Decimal]


def paid_for(priced: Priced, policy: PricingPolicy) -> Paid:
    """What is to be paid for each total that a person might fix, in whole minor units.

    `priced` has none. Its lines are not priced again: they share the total and are taxed on
    their parts.
    """
    rounding = Rounding.of(priced.transaction.price_list.currency, policy)
    units = [times(line.ask.quantity, line.charge.factor) for line in priced.lines]

    def paid(total: Decimal) -> Decimal:
        parts = parts_of(total, priced.lines, rounding)
        taxable = [
            Taxable(offer, part, EXACT.divide(part, each) if each else _ZERO, each)
            for offer, part, each in zip(priced.offers, parts, units, strict=True)
        ]
        taxes = taxes_of(taxable, rounding, policy)
        return total + sum((tax.amount for tax in taxes if not tax.included), _ZERO)

    return paid


def net_of(priced: Priced, policy: PricingPolicy, gross: Decimal) -> Decimal:
    """The net that comes to `gross` with its taxes; where none is found, to what is next below it.

    `priced` has no manual total. Of several nets that come to the same it is the one nearest to
    its usual part of what is paid. Invalid where even no net at all comes to more.
    """
    rounding = Rounding.of(priced.transaction.price_list.currency, policy)
    paid = paid_for(priced, policy)
    if not _ZERO <= gross < LIMIT:
        raise _impossible("it is out of range")
    return _Search(rounding.money(gross), priced.totals, paid, rounding).found()


class _Search:
    """Nets tried one after the other, until one comes to `gross`.

    Taxes grow with the net, but for what each line is rounded by: a higher net may come to a few
    units less, so where two next to each other are known to be below and above, those around
    them are looked at as well.
    """

    def __init__(self, gross: Decimal, usual: Totals, paid: Paid, rounding: Rounding) -> None:
        self._gross = gross
        self._usual = usual
        self._paid = paid
        self._rounding = rounding
        self._reached: dict[Decimal, Decimal] = {}

    def found(self) -> Decimal:
        for net in self._tried():
            if self._comes_to(net) == self._gross:
                return net
        best = max(total for total in self._reached.values() if total <= self._gross)
        usual = self._part_of(best)
        self._comes_to(usual)
        same = [net for net, total in self._reached.items() if total == best]
        return min(same, key=lambda net: (abs(net - usual), net))

    def _tried(self) -> Iterator[Decimal]:
        unit = self._rounding.unit
        low = high = self._part_of(self._gross)
        yield low
        step = abs(self._gross - self._comes_to(low)) + unit
        while not self._fits(low):
            if not low:
                raise _impossible("its taxes alone come to more")
            low, high, step = max(low - step, _ZERO), low, step * _TWO
            yield low
        while self._fits(high) and high < LIMIT:
            low, high, step = high, high + step, step * _TWO
            yield high
        while high - low > unit:
            middle = floor((low + high) / _TWO, unit)
            yield middle
            low, high = (middle, high) if self._fits(middle) else (low, middle)
        for each in range(1, _NEAR + 1):
            yield max(low - each * unit, _ZERO)
            yield high + each * unit

    def _fits(self, net: Decimal) -> bool:
        return self._comes_to(net) <= self._gross

    def _comes_to(self, net: Decimal) -> Decimal:
        if net not in self._reached:
            self._reached[net] = self._paid(net)
        return self._reached[net]

    def _part_of(self, total: Decimal) -> Decimal:
        """The net of what is paid, as it usually is."""
        usual = self._usual
        if not usual.total:
            return total
        return self._rounding.money(EXACT.divide(EXACT.multiply(total, usual.net), usual.total))


def _impossible(detail: str) -> Invalid:
    return Invalid(detail, [Finding(Severity.ERROR, "price_out_of_range", where="manual_total")])
