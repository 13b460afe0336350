"""The promises a tenant can make to the salespeople's client, by their names on the wire.

A catalogue that comes with a table of promises decides them; one that comes without
gets `USUAL`, what a tenant can keep with nothing but products and prices.
"""

from collections.abc import Mapping
from types import MappingProxyType

USUAL: Mapping[str, bool] = MappingProxyType(
    {
        "iproductprovider_provide_cost": True,
        "iproductprovider_provide_minimumprice": True,
        "iproductprovider_provide_stockdata": True,
        "iproductprovider_provide_extradata": True,
        "iproductprovider_provide_picture": True,
        "iorderconsumer_send_order_confirm": False,
        "iorderconsumer_place_order": False,
        "iorderconsumer_provide_orderstate": False,
        "ilistprovider_provide_productcategorylist": True,
        "ilistprovider_provide_productfamilylist": False,
        "ilistprovider_provide_producttypelist": False,
        "ilistprovider_provide_paymenttermslist": True,
        "ilistprovider_provide_paymenttypelist": True,
        "ilistprovider_provide_deliverytermslist": True,
        "ilistprovider_provide_deliverytypelist": True,
        "iconnector_perform_complexsearch": False,
        "iaddressprovider_provide_addresses": True,
        "cache-pricelists": False,
        "no-cache-quotelists": False,
    }
)
CAPABILITIES = frozenset(USUAL)
"""Every name that is a promise; any other name in a table of promises is a switch."""
