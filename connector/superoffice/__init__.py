"""The connector SuperOffice calls while a quote is made: `openapi/superoffice.yaml`.

A *room* is the module that holds an operation's handler, under the operation's name in snake
case. A *voice* is how an operation tells its user that it could not do its work:

- *envelope*: the answer has members for it (IsOk, State, UserExplanation, …);
- *carrier*: the caller's own line or alternative goes back, marked with Status and Reason;
- *bare*: a list, a map or a scalar has no place for it, so the HTTP status says it;
- *silent*: the answer is null whatever happens.
"""

from typing import Literal

Voice = Literal["envelope", "carrier", "bare", "silent"]

_ROOMS = {
    "connection": ("GetConfigurationFields", "TestConnection", "GetCapabilities", "GetQuoteList"),
    "price_lists": ("GetActivePriceLists", "GetAllPriceLists"),
    "products": (
        "FindProduct",
        "GetProduct",
        "GetProducts",
        "GetQuoteLinesFromProduct",
        "GetNumberOfProductImages",
        "GetProductImage",
        "GetSearchableFields",
        "GetSearchResults",
    ),
    "quotes": (
        "OnBeforeCreateQuote",
        "OnBeforeCreateQuoteVersion",
        "OnBeforeCreateQuoteAlternative",
        "OnBeforeDeleteQuote",
        "OnAfterSentQuoteVersion",
    ),
    "calculation": (
        "OnQuoteLineChanged",
        "RecalculateQuoteAlternative",
        "ValidateQuoteVersion",
        "UpdateQuoteVersionPrices",
    ),
    "orders": ("PlaceOrder", "GetOrderState"),
    "addresses": ("GetAddresses",),
}
_VOICES: dict[Voice, tuple[str, ...]] = {
    "envelope": (
        "TestConnection",
        "OnBeforeCreateQuote",
        "OnBeforeCreateQuoteVersion",
        "OnBeforeCreateQuoteAlternative",
        "OnAfterSentQuoteVersion",
        "ValidateQuoteVersion",
        "UpdateQuoteVersionPrices",
        "PlaceOrder",
        "GetOrderState",
    ),
    "carrier": ("OnQuoteLineChanged", "RecalculateQuoteAlternative"),
    "silent": ("OnBeforeDeleteQuote",),
}

ROOMS: dict[str, str] = {
    operation: room for room, operations in _ROOMS.items() for operation in operations
}
"""The module of each operation."""

LIGHT = dict.fromkeys(
    (
        "OnQuoteLineChanged",
        "RecalculateQuoteAlternative",
        "GetCapabilities",
        "GetQuoteList",
        "GetActivePriceLists",
        "GetAllPriceLists",
        "GetProduct",
        "GetQuoteLinesFromProduct",
    ),
    64 * 1024,
)
"""Operations asked for while somebody types; they read the tenant's data in memory only."""

VOICES: dict[str, Voice] = dict.fromkeys(ROOMS, "bare")
"""The voice of each operation."""
for _voice, _operations in _VOICES.items():
    VOICES.update(dict.fromkeys(_operations, _voice))
