import pytest

from engine.catalog.extra_data import from_xml, to_xml
from engine.catalog.product import ExtraDatum, ExtraKind


def test_a_field_has_a_name_a_kind_and_a_value() -> None:
    xml = '<Fields><Field Name="Sheet" Type="Url"><![CDATA[https://x.example/a?b&c]]></Field></Fields>'
    assert from_xml(xml) == ((ExtraDatum("Sheet", "https://x.example/a?b&c", ExtraKind.URL),), True)


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("", ExtraKind.STRING),
        (' Type="Image"', ExtraKind.IMAGE),
        (' type="url" ', ExtraKind.URL),
        (' Type="Colour"', ExtraKind.STRING),
    ],
)
def test_a_missing_or_unknown_type_means_text(kind: str, read: ExtraKind) -> None:
    [datum], sound = from_xml(f'<Fields><Field Name="N"{kind}>v</Field></Fields>')
    assert (datum.kind, sound) == (read, True)


def test_labels_may_repeat_and_order_is_kept() -> None:
    found, _ = from_xml(
        '<Fields><Field Name="Weight">1</Field><Field Name="Size">2</Field>'
        '<Field Name="Weight">3</Field></Fields>'
    )
    assert [(each.name, each.value) for each in found] == [
        ("Weight", "1"),
        ("Size", "2"),
        ("Weight", "3"),
    ]


def test_a_stray_end_tag_inside_a_value_is_dropped() -> None:
    [datum], sound = from_xml(
        '<Fields><Field Name="Photo" Type="Image"><![CDATA[http://x.example/p.jpg</Field]]></Field></Fields>'
    )
    assert (datum.value, sound) == ("http://x.example/p.jpg", True)


@pytest.mark.parametrize(
    ("xml", "values"),
    [
        (
            '<Fields><Field Name="a">one & two</Field><Field Name="b">3</Field></Fields>',
            ["one & two", "3"],
        ),
        ('<Field Name="a">one<Field Name="b">two', ["one", "two"]),
        ('<Fields><Field Name="a"><![CDATA[open</Field></Fields>', ["open"]),
        ("<Fields><Field Name='a'>\x00nul</Field></Fields>", ["nul"]),
        ('<Fields><Field Name="a"/><Field Name="b">2 &lt; 3', ["", "2 < 3"]),
        ("12 kg", []),
    ],
)
def test_broken_xml_is_scanned_for_its_fields(xml: str, values: list[str]) -> None:
    found, sound = from_xml(xml)
    assert ([each.value for each in found], sound) == (values, False)


def test_nothing_at_all_is_sound() -> None:
    assert from_xml("  \n ") == ((), True)


def test_entities_are_never_expanded() -> None:
    bomb = (
        '<!DOCTYPE F [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
        '<Fields><Field Name="x">&b;</Field></Fields>'
    )
    assert from_xml(bomb) == ((ExtraDatum("x", "&b;"),), False)


def test_a_file_of_the_machine_is_never_read() -> None:
    xml = (
        '<!DOCTYPE F [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        '<Fields><Field Name="x">&f;</Field></Fields>'
    )
    assert from_xml(xml) == ((ExtraDatum("x", "&f;"),), False)


def test_what_is_written_reads_as_it_was() -> None:
    data = (
        ExtraDatum('Size "x" <y>', "a ]]> b & c\n2"),
        ExtraDatum("Sheet", "https://x.example/?a=1&b=2", ExtraKind.URL),
        ExtraDatum("Empty", ""),
    )
    assert from_xml(to_xml(data)) == (data, True)


def test_no_data_is_empty_text() -> None:
    assert to_xml(()) == ""


def test_characters_that_xml_cannot_hold_are_left_out_when_writing() -> None:
    [datum], sound = from_xml(to_xml((ExtraDatum("na\x01me", "va\x02lue"),)))
    assert (datum.name, datum.value, sound) == ("name", "value", True)
