from datetime import date
from decimal import Decimal

from engine.catalog.intake import Kind
from engine.customers.account import Account, Address, AddressKind, Alias
from engine.hub import Hub
from engine.kernel.currency import currency
from engine.kernel.period import Period
from engine.pricing.agreement import AgreementTerm, TermKind, Tier
from tests.engine.services.uploads import AGREEMENT, LADDER, LISTS, OFFER, counts, kept, put, table


def test_addresses_take_either_zip_and_any_letter_case(hub: Hub) -> None:
    address = {
        "crm_contact_id": Decimal("3.0"),
        "kind": "INVOICE",
        "line_1": "Postbox 88",
        "country_code": "DE",
    }
    report = put(
        hub,
        table(
            Kind.ADDRESSES,
            {**address, "zip_code": None, "zip_code_german": Decimal(456)},
            {
                **address,
                "kind": "delivery",
                "zip_code": "D-1",
                "zip_code_german": "9",
                "country": "Germany",
            },
            {**address, "kind": "Invoice"},
            {**address, "kind": "home"},
            {**address, "crm_contact_id": "three"},
        ),
    )
    box = ("Postbox 88", "", "")
    assert kept(hub).addresses == (
        Address(
            crm_contact_id=3,
            kind=AddressKind.INVOICE,
            lines=box,
            zip_code="456",
            country_code="DE",
        ),
        Address(
            crm_contact_id=3,
            kind=AddressKind.DELIVERY,
            lines=box,
            zip_code="D-1",
            country_code="DE",
            country="Germany",
        ),
    )
    assert [(each.row, each.column) for each in report.rejected] == [
        (3, "kind"), (4, "kind"), (5, "crm_contact_id"),
    ]  # fmt: skip


def test_accounts_stand_under_known_accounts(hub: Hub) -> None:
    accounts = table(
        Kind.ACCOUNTS,
        {"id": "ACME", "crm_contact_id": Decimal(2)},
        {"id": "ACME-NORD", "name": "ACME Nordic", "parent": "ACME"},
        {"id": "LOST", "parent": "NOBODY"},
        {"id": "TWIN", "crm_contact_id": Decimal(2)},
    )
    report = put(hub, accounts)
    assert kept(hub).accounts == (
        Account(id="ACME", name="ACME", crm_contact_id=2),
        Account(id="ACME-NORD", name="ACME Nordic", parent="ACME"),
    )
    assert [(each.row, each.message) for each in report.rejected] == [
        (3, "there is no account 'NOBODY'"),
        (4, "belongs to 'ACME'"),
    ]


def test_accounts_never_stand_in_a_circle(hub: Hub) -> None:
    put(hub, table(Kind.ACCOUNTS, {"id": "A"}, {"id": "B", "parent": "A"}))
    report = put(hub, table(Kind.ACCOUNTS, {"id": "A", "parent": "B"}, {"id": "C", "parent": "C"}))
    assert [each.message for each in report.rejected] == [
        "'B' leads back to 'A'",
        "'C' leads back to 'C'",
    ]


def test_agreements_ladders_and_aliases_are_kept_whole(hub: Hub) -> None:
    put(
        hub,
        table(Kind.PRICE_LISTS, *LISTS),
        table(Kind.OFFERS, OFFER),
        table(Kind.ACCOUNTS, {"id": "ACME"}),
    )
    upload = (
        table(Kind.AGREEMENTS, AGREEMENT),
        table(Kind.LADDERS, {**LADDER, "price_list": "NOK"}),
        table(Kind.ALIASES, {"crm_contact_id": Decimal(2), "word": "OUR-1", "sku": "PUMP"}),
    )
    assert counts(put(hub, *upload)) == (3, 0, 0, 0)
    data = kept(hub)
    [agreement] = data.agreements
    assert agreement.validity == Period(date(2026, 1, 1), None)
    assert agreement.terms == (
        AgreementTerm(kind=TermKind.PERCENT, value=Decimal(8), category="VX"),
        AgreementTerm(
            kind=TermKind.FIXED_PRICE, value=Decimal(165), sku="PUMP", currency=currency("NOK")
        ),
    )
    [ladder] = data.ladders
    assert (ladder.price_list, ladder.tiers) == (
        "NOK",
        (Tier(Decimal(3), Decimal(5)), Tier(Decimal(10), Decimal("7.5"))),
    )
    assert data.aliases == (Alias(2, "OUR-1", "PUMP"),)
    assert counts(put(hub, *upload)) == (0, 0, 3, 0)
