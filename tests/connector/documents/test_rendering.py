"""Every format says the same, and none says what may not leave the house."""

import json
from dataclasses import replace

import pytest

from connector.documents.rendering import CONTENT_TYPES, ENDINGS, render
from engine.proposals.document import Document, Template
from engine.proposals.proposal import Format, digest
from tests.connector.documents.samples import PROPOSAL, of_lines


@pytest.mark.parametrize("written_as", Format)
def test_a_format_has_a_type_an_ending_and_its_own_hash(written_as: Format) -> None:
    first, again = render(PROPOSAL, written_as), render(PROPOSAL, written_as)
    assert first == again
    assert first.sha256 == digest(first.content)
    assert first.page.startswith("<!DOCTYPE html>")
    assert first.fingerprint in first.page
    assert {written_as} <= CONTENT_TYPES.keys() & ENDINGS.keys()


def test_the_fingerprint_is_that_of_the_document_as_data() -> None:
    as_data = render(PROPOSAL, Format.JSON)
    assert as_data.sha256 == as_data.fingerprint
    assert {render(PROPOSAL, each).fingerprint for each in Format} == {as_data.fingerprint}
    brief = render(replace(PROPOSAL, template=Template.BRIEF, accent="#aa2200"), Format.JSON)
    assert brief == replace(as_data, page=brief.page), "how it is set is not what it says"


def test_data_have_exact_numbers_and_days() -> None:
    content = render(PROPOSAL, Format.JSON).content
    assert b'"net_unit_price":11250.0000' in content
    read = json.loads(content)
    assert (read["number"], read["issued_on"], read["valid_until"]) == (
        "P-2026-000001",
        "2026-11-21",
        "2026-12-31",
    )
    assert read["lines"][0]["options"][0] == {"variable": "Drive", "value": "3.0 kW", "price": 500}
    assert read["totals"]["recurring"] == [["year", 3600.00]]


@pytest.mark.parametrize("written_as", Format)
def test_five_hundred_lines_are_written(written_as: Format) -> None:
    long: Document = of_lines(500)
    rendered = render(long, written_as)
    assert 10_000 < len(rendered.content) < 2_000_000
    assert rendered.page.count("Industrial vacuum unit") == 500
