from dataclasses import replace

import pytest

from connector.resolver import SurfaceResolver
from connector.superoffice import ROOMS
from connector.surface import Surface, snake_case
from connector.surfaces import rooms


@pytest.mark.parametrize(
    ("path", "covered"),
    [
        ("/superoffice", True),
        ("/superoffice/", True),
        ("/superoffice/GetProduct", True),
        ("/superofficeX", False),
        ("/SuperOffice/GetProduct", False),
        ("//superoffice/GetProduct", False),
        ("/x/superoffice", False),
        ("/", False),
        ("", False),
    ],
)
def test_a_surface_covers_its_base_path_and_what_lies_below(
    superoffice_surface: Surface, path: str, *, covered: bool
) -> None:
    assert superoffice_surface.covers(path) is covered


@pytest.mark.parametrize(
    ("operation", "function"),
    [("OnQuoteLineChanged", "on_quote_line_changed"), ("GetProduct", "get_product")],
)
def test_an_operation_is_a_function_in_snake_case(operation: str, function: str) -> None:
    assert snake_case(operation) == function


def test_every_operation_is_found_in_its_room() -> None:
    find = rooms("connector.superoffice", ROOMS)
    for operation, room in ROOMS.items():
        handler = find(operation)
        assert handler.__module__ == f"connector.superoffice.{room}"
        assert handler.__name__ == snake_case(operation)


def test_an_operation_without_a_function_cannot_be_served(superoffice_surface: Surface) -> None:
    find = rooms("connector.superoffice", {"GetPrice": "products", "GetProduct": "nowhere"})
    resolver = SurfaceResolver(replace(superoffice_surface, find=find))
    with pytest.raises(AttributeError):
        resolver.view("GetPrice")
    with pytest.raises(ModuleNotFoundError):
        resolver.view("GetProduct")


def test_an_operation_has_one_view(superoffice_surface: Surface) -> None:
    resolver = SurfaceResolver(superoffice_surface)
    assert resolver.view("GetProduct") is resolver.view("GetProduct")
