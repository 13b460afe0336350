import pytest

from connector.superoffice.tokens import plain_text


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("[I:123]", "123"),
        ("[F:123.45]", "123.45"),
        ("[M:9.90]", "9.90"),
        ("[D:12/25/2012]", "2012-12-25"),
        ("[D:09.11.2017]", "2017-11-09"),
        ("[DT:12/25/2012 14:30:00.0000000]", "2012-12-25"),
        ("[D:13/45/2012]", "13/45/2012"),
        ("plain", "plain"),
        ("[SR_LABEL]", "[SR_LABEL]"),
        ("", ""),
    ],
)
def test_tokens_hold_values_and_other_text_stays(text: str, held: str) -> None:
    assert plain_text(text) == held
