"""The REST API at `/api/v1`: `openapi/vektra.yaml`.

A tag of the document is a module here, an operationId a function in it. Handlers take the
body and the parameters of their path and query, and give the answer's body or a `Reply`.
"""

ROOMS = {
    "pricing": ("priceTransaction", "priceGrid"),
    "configuration": ("solve", "lint", "getConfigurator", "putConfigurator"),
    "quotes": (
        *("listQuotes", "createQuote", "getQuote", "changeQuote", "cloneQuote"),
        *("addQuoteLine", "changeQuoteLine", "removeQuoteLine"),
        *("addQuoteAlternative", "removeQuoteAlternative"),
        *("submitQuote", "approveQuote", "rejectQuote", "sendQuote", "holdQuote", "resumeQuote"),
        *("acceptQuote", "declineQuote", "reviseQuote", "repriceQuote"),
    ),
    "orders": ("listOrders", "placeOrder", "getOrder", "reportOrderStatus"),
    "order_changes": ("changeOrder",),
    "services": ("listServices", "getService", "actOnService", "simulateService"),
    "webhooks": (
        *("listWebhooks", "createWebhook", "getWebhook", "changeWebhook", "deleteWebhook"),
        *("tryWebhook", "rotateWebhookSecret"),
    ),
    "events": ("listEvents", "redeliverEvent"),
    "connections": (
        *("listConnections", "createConnection", "getConnection", "changeConnection"),
        *("deleteConnection", "pauseConnection", "resumeConnection"),
        *("listConnectionNames", "changeConnectionNames"),
    ),
    "trials": ("tryConnection", "planHandover"),
    "pushes": ("listPushes", "resendPush"),
    "products": ("listProducts", "getProduct"),
    "price_lists": ("listPriceLists", "getPriceList"),
    "imports": ("importCatalogue",),
    "signing": ("takeSignature", "takeNativeSignature"),
    "accounts": ("getAccount", "putAccount"),
    "billing": ("billQuote", "getBilling", "listQuoteBilling"),
    "proposals": (*("createProposal", "getProposal", "listQuoteProposals", "revokeProposal"),),
    "crm": ("syncCrm",),
    "rules": (
        *("getAgreement", "putAgreement", "deleteAgreement"),
        *("getPromotion", "putPromotion", "deletePromotion"),
    ),
}
"""The operations of each module."""

LIGHT = {"priceTransaction": 2 * 1024}
"""Operations that read nothing but the tenant's data in memory, and what a small body is."""

MODULES = {operation: room for room, operations in ROOMS.items() for operation in operations}
