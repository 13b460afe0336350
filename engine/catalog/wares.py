"""Wares: which products a policy speaks of."""

from dataclasses import dataclass

from engine.catalog.charge import ChargeType
from engine.catalog.product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Wares:
    """Products of one sku, family or category, charged in one way; what is None is not asked."""

    sku: str | None = None
    family: str | None = None
    category: str | None = None
    charge: ChargeType | None = None

    def hold(self, product: Product, charge: ChargeType) -> bool:
        """Whether `product`, charged so, is among them."""
        return (
            self.sku in {None, product.sku}
            and self.family in {None, product.family}
            and self.category in {None, product.category}
            and self.charge in {None, charge}
        )

    @property
    def narrowness(self) -> tuple[int, int]:
        """3 for one product, 2 for a family, 1 for a category; then whether a charge is named."""
        goods = 3 if self.sku else 2 if self.family else 1 if self.category else 0
        return goods, int(self.charge is not None)


EVERYTHING = Wares()
