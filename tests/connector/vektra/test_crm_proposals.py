"""A quote that is kept in the CRM has proposals too, and they go with what it shows."""

from starlette.testclient import TestClient

from tests.connector.superoffice.conftest import Crm
from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.proposing import Visitor, propose
from tests.connector.vektra.test_crm_quotes import calculated, context, found, listed, validated

QUOTE = 8_800


def sent(seller: Crm, quantity: float) -> None:
    line = listed(seller, 1, "VX-HOS-50", quantity)
    quote = calculated(seller, context(QUOTE, line, state="Sent"))
    seller.call("OnAfterSentQuoteVersion", {"QuoteContext": quote})
    validated(seller, quote)


def test_what_the_crm_changes_makes_a_proposal_outdated(
    seller: Crm, caller: Caller, demo_client: TestClient
) -> None:
    sent(seller, 2)
    quote = found(caller, QUOTE)
    assert quote["status"] == "sent"
    made = propose(caller, quote, format="json")
    assert '"sku":"VX-HOS-50"' in made["content"]
    visitor = Visitor(demo_client, made)
    assert "This proposal is open" in visitor.open().text
    sent(seller, 3)
    assert found(caller, QUOTE)["version"] == quote["version"], "one version, other content"
    assert "There is something newer" in visitor.open().text
    visitor.accept("Ada")
    assert found(caller, QUOTE)["status"] == "sent"
