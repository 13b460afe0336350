"""The rules of Vayu's Create Contract as its documentation and its SDK have them."""

import json
import subprocess
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

Json = dict[str, Any]
CURRENCIES = ["USD", "EUR", "GBP", "ILS", "CAD", "AUD", "COP", "BRL"]

TEXT = {"type": "string"}
NOT_NEGATIVE = {"type": "number", "minimum": 0}
INSTANT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
YES_OR_NO = {"type": "boolean"}


def thing(required: str, **members: Json) -> Json:
    """An object that has these members and no others."""
    return {
        "type": "object",
        "properties": members,
        "required": required.split(),
        "additionalProperties": False,
    }


def rows(of: Json, least: int = 0) -> Json:
    return {"type": "array", "items": of, "minItems": least}


SPAN = thing(
    "unit value",
    unit={"enum": ["DAY", "WEEK", "MONTH", "YEAR"]},
    value={"type": "integer", "minimum": 0, "maximum": 1000},
)
SCHEDULING = thing(
    "duration", duration=SPAN, billingDay={"type": "integer", "minimum": 1, "maximum": 31}
)
DISCOUNT = thing(
    "name type amount",
    name={"type": "string", "minLength": 1},
    type={"enum": ["FIXED", "PERCENTAGE"]},
    amount=NOT_NEGATIVE,
    recurring={"type": "integer", "minimum": 1},
)
COMMITMENT = thing(
    "units",
    units=NOT_NEGATIVE,
    price=NOT_NEGATIVE,
    type={"enum": ["UNITS", "PRICE"]},
    scheduling=SCHEDULING,
    overageStrategy={"enum": ["IGNORE", "BLOCK", "UPGRADE_PLAN", "TOP_UP"]},
)
RESET = {"enum": [1, 2, 3, 6, 12]}


def kind(name: str) -> Json:
    return {"const": name}


TIER = thing(
    "fromInclusive",
    fromInclusive=NOT_NEGATIVE,
    toExclusive=NOT_NEGATIVE,
    rate=NOT_NEGATIVE,
    flatFee=NOT_NEGATIVE,
    packageSize=NOT_NEGATIVE,
)
PRICING = {
    "oneOf": [
        thing(
            "type price",
            type=kind("ONE_TIME"),
            price=NOT_NEGATIVE,
            discount=DISCOUNT,
            isCreditPurchase=YES_OR_NO,
        ),
        thing(
            "type price",
            type=kind("CONTRACT_TERMS"),
            price=NOT_NEGATIVE,
            installments=rows(
                thing("installmentDate amount", installmentDate=INSTANT, amount=NOT_NEGATIVE)
            ),
            discount=DISCOUNT,
        ),
        thing(
            "type price subscriptionCadence",
            type=kind("SUBSCRIPTION"),
            price=NOT_NEGATIVE,
            subscriptionCadence=SPAN,
            discount=DISCOUNT,
        ),
        thing(
            "type tiers",
            type=kind("TIERED"),
            tiers=rows(TIER),
            subscriptionCadence=SPAN,
            autoUpgrade=YES_OR_NO,
            prorate=YES_OR_NO,
            isRevShare=YES_OR_NO,
            baseAmount=NOT_NEGATIVE,
            usageReset=RESET,
        ),
        thing(
            "type price",
            type=kind("PER_UNIT"),
            price=NOT_NEGATIVE,
            chunkSize={"type": "number", "exclusiveMinimum": 0},
            baseAmount=NOT_NEGATIVE,
            usageReset=RESET,
        ),
    ]
}
ERP = {"productErpId": TEXT, "nsClass": TEXT, "nsClassId": TEXT}
PRODUCT = thing(
    "displayName scheduling pricing",
    displayName=TEXT,
    description=TEXT,
    scheduling=SCHEDULING,
    pricing=PRICING,
    catalogProductId=TEXT,
    commitment=COMMITMENT,
    paymentTerm={"enum": ["Prepayment", "Postpayment"]},
    isCalendarAligned=YES_OR_NO,
    cloudProviderSettings=thing(
        "",
        cloudProvider=kind("AWS"),
        cloudProviderMarketplaceId=TEXT,
        dimension=TEXT,
    ),
    **ERP,
)
GROUP = thing(
    "displayName products",
    displayName=TEXT,
    description=TEXT,
    products=rows(PRODUCT, least=1),
    baseAmount={"type": "number"},
    commitment=COMMITMENT,
    isCalendarAligned=YES_OR_NO,
    **ERP,
)
CONTRACT = thing(
    "startDate customerId name autoRenewContract",
    startDate=INSTANT,
    customerId={"type": "string", "pattern": "^[0-9a-fA-F]{24}$"},
    name=TEXT,
    planId={"type": "string", "pattern": "^[0-9a-fA-F]{24}$"},
    externalId=TEXT,
    salesForceOpportunityId=TEXT,
    endDate=INSTANT,
    signatureDate=INSTANT,
    products=rows(PRODUCT),
    productGroups=rows(GROUP),
    accountManager=TEXT,
    shouldProRateInvoices=YES_OR_NO,
    autoRenewContract=YES_OR_NO,
    customFields=rows(
        thing(
            "vayuCustomFieldName valueType",
            vayuCustomFieldName=TEXT,
            valueType={"enum": ["String", "Number", "Boolean", "Enum"]},
            fieldPath=TEXT,
            value={},
        )
    ),
    customFieldValues=rows(
        thing("customFieldDefinitionId", customFieldDefinitionId=TEXT, value=TEXT, fieldName=TEXT)
    ),
    purchaseOrder=TEXT,
    currency={"enum": CURRENCIES},
)
_RULES = Draft202012Validator(CONTRACT)

_JUDGE = """
import json, sys
from openapi.models.create_contract_request import CreateContractRequest
for line in sys.stdin:
    body = json.loads(line)
    body.pop("currency", None)
    try:
        CreateContractRequest.from_json(json.dumps(body))
        print("OK", flush=True)
    except Exception as error:
        print(" / ".join(str(error).splitlines())[:500] or type(error).__name__, flush=True)
"""


def faults(body: Json) -> dict[str, str]:
    """What is wrong with a body, by where."""
    return {
        ".".join(str(each) for each in error.absolute_path) or "body": error.message[:300]
        for error in _RULES.iter_errors(body)
    }


class Judge:
    """The vendor's own models in a process of their own, whose `python` has them.

    They cannot read the currency.
    """

    def __init__(self, python: Path) -> None:
        self._process = subprocess.Popen(
            [str(python), "-c", _JUDGE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def fault(self, body: Json) -> str:
        """What they find wrong; empty where nothing is."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(body) + "\n")
        stdin.flush()
        said = stdout.readline().strip()
        return "" if said == "OK" else said or "the judge has gone"

    def close(self) -> None:
        for each in (self._process.stdin, self._process.stdout):
            if each is not None:
                each.close()
        self._process.terminate()
        self._process.wait(timeout=10)
