"""The quotation Web API at `{HUB_KLARO_BASE}/api`: `openapi/klaro.yaml`.

A *quotation* is a quote under its serial number, a *revision* one of its versions, a *quotation
type* a product line of the tenant. A tag of the document is a module here, an operationId a
function in it.
"""

ROOMS = {
    "quotations": (
        *("getQuotationTypes", "listQuotations", "createQuotation", "getQuotation"),
        *("addHandlers", "listHandlers"),
    ),
    "revisions": ("listRevisions", "getRevision", "setRevision", "setRevisionPut"),
    "phases": ("getPhase",),
    "summaries": ("getSummary", "setSummary", "setSummaryPut"),
    "users": ("listUsers",),
}
"""The operations of each module."""

MODULES = {operation: room for room, operations in ROOMS.items() for operation in operations}
