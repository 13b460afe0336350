"""Setting a connection up: its fields, a test, capabilities, and the lists it offers."""

from connector.superoffice import sandbox, session, texts, wire
from connector.superoffice.carriers import Carrier
from engine.catalog.capabilities import USUAL
from engine.catalog.listing import ListName
from engine.kernel.finding import Finding, Severity, worst
from engine.pricing.snapshot import Snapshot
from engine.services import browsing

_WORKS = Finding(Severity.OK, "connection_ok")


def get_configuration_fields(_body: Carrier) -> Carrier:
    """The input fields of the connection dialog, by field key."""
    data = session.snapshot()
    fields = {
        "environment": {
            "FieldKey": "environment",
            "DisplayName": texts.everywhere("field_environment"),
            "DisplayDescription": texts.everywhere("field_environment_description"),
            "FieldType": "Text",
            "ListName": "",
            "DefaultValue": "",
            "Rank": 1,
            "MaxLength": 100,
            "Access": "Normal",
        },
        "secret_note": {
            "FieldKey": "secret_note",
            "DisplayName": texts.everywhere("field_secret_note"),
            "DisplayDescription": "",
            "FieldType": "Label",
            "ListName": "",
            "DefaultValue": "",
            "Rank": 2,
            "MaxLength": 0,
            "Access": "ReadOnly",
        },
    }
    return _spoiled(data, fields)


def test_connection(_body: Carrier) -> Carrier:
    """Whether quotes can be made: the store answers, there are products and an active list."""
    data = session.snapshot()
    findings = [*sandbox.provoke(data, "start"), *_readiness(data)]
    gravest = max(findings, key=lambda finding: finding.severity, default=_WORKS)
    return wire.outcome(
        worst(findings),
        "" if gravest is _WORKS else _everywhere(gravest),
        wire.sentence(gravest, "en"),
        "" if gravest is _WORKS else gravest.code,
    )


def get_capabilities(_body: Carrier) -> dict[str, bool]:
    """Every capability name, true or false, whatever the quote."""
    data = session.snapshot()
    return {name: data.can(name) for name in USUAL}


def get_quote_list(body: Carrier) -> list[Carrier] | None:
    """The items of a list; null for a list we do not keep or do not promise."""
    data = session.snapshot()
    name = body["QuoteListType"].strip().lower()
    if name not in set(ListName) or not data.can(f"ilistprovider_provide_{name}list"):
        return None
    return [
        {
            "ERPQuoteListItemKey": item.key,
            "DisplayValue": item.display,
            "DisplayDescription": item.description,
            "Icon": item.icon,
        }
        for item in data.data.lists.get(ListName(name), ())
    ]


def _everywhere(finding: Finding) -> str:
    """The finding in every language at once, for answers without a user's language."""
    return texts.everywhere(finding.code, **finding.params)


def _readiness(data: Snapshot) -> list[Finding]:
    findings = []
    if not browsing.active_price_lists(data, "", session.today(data)):
        findings.append(Finding(Severity.WARNING, "no_active_price_list"))
    if not data.offers:
        findings.append(Finding(Severity.WARNING, "no_products"))
    return findings


def _spoiled(data: Snapshot, fields: Carrier) -> Carrier:
    """The field metadata as the sandbox wants it: keys or ranks wrong on purpose."""
    if sandbox.is_on(data, "fail_configure_field_keys"):
        fields["environment"]["FieldKey"] = "another_key"
    if sandbox.is_on(data, "fail_configure_field_ranks"):
        for field in fields.values():
            field["Rank"] = 0
    return fields
