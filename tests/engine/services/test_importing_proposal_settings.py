"""How a tenant wants its proposals comes with its settings, and is checked member by member."""

from engine.catalog.intake import Kind
from engine.catalog.settings import ProposalPolicy
from engine.hub import Hub
from tests.engine.services.uploads import counts, kept, put, table

GOOD: dict[str, object] = {
    "accept_online": "ja",
    "seller": ("Verkstedveien 14", "3516 Hønefoss"),
    "proposal_terms": {"en": ("Net 30 days.",), "nb": ("Netto 30 dager.", "")},
    "proposal_language": "nb",
    "accent": "#AA2200",
}


def test_nothing_said_is_the_usual(hub: Hub) -> None:
    assert kept(hub).settings.proposals == ProposalPolicy()
    assert not kept(hub).settings.proposals.accept_online


def test_everything_can_be_said_and_later_said_otherwise(hub: Hub) -> None:
    assert counts(put(hub, table(Kind.SETTINGS, GOOD))) == (0, 1, 0, 0)
    first = ProposalPolicy(
        accept_online=True,
        language="nb",
        seller=("Verkstedveien 14", "3516 Hønefoss"),
        terms={"en": ("Net 30 days.",), "nb": ("Netto 30 dager.", "")},
        accent="#aa2200",
    )
    assert kept(hub).settings.proposals == first
    put(hub, table(Kind.SETTINGS, {"proposal_terms": {"en": ("Net 14 days.",)}, "accent": ""}))
    after = kept(hub).settings.proposals
    assert (after.terms["en"], after.terms["nb"]) == (("Net 14 days.",), first.terms["nb"])
    assert (after.accent, after.accept_online, after.seller) == ("", True, first.seller)


def test_what_is_wrong_is_named(hub: Hub) -> None:
    bad: list[dict[str, object]] = [
        {"accent": "red; } body { display: none"},
        {"accent": "#12345"},
        {"seller": "one line"},
        {"seller": ("x",) * 9},
        {"seller": ("x" * 201,)},
        {"proposal_language": "../../etc"},
        {"proposal_terms": {"english": ("x",)}},
        {"proposal_terms": {"en": ("x" * 4001,)}},
        {"proposal_terms": ("x",)},
        {"accept_online": "perhaps"},
    ]
    report = put(hub, *(table(Kind.SETTINGS, row) for row in bad))
    assert [each.column for each in report.rejected] == [
        *("accent", "accent", "seller", "seller", "seller", "proposal_language"),
        *("proposal_terms", "proposal_terms/en", "proposal_terms", "accept_online"),
    ]
    assert kept(hub).settings.proposals == ProposalPolicy()
