"""Known models from a folder outside the project."""

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.solvers.models import Clause, Model, Option, Rule, Table, Variable

_PRICE_UNITS = 100


def stored(folder: Path) -> list[Model]:
    """Every `*.json.gz` of the folder, the smallest file first."""
    files = sorted(folder.glob("*.json.gz"), key=lambda each: each.stat().st_size)
    return [_model(json.loads(gzip.decompress(each.read_bytes()))) for each in files]


def _model(given: Any) -> Model:  # noqa: ANN401 (JSON from a file)
    variables = tuple(
        Variable(
            each["name"],
            tuple(
                Option(value["value"], int(Decimal(str(value["price"])) * _PRICE_UNITS))
                for value in each["values"]
            ),
        )
        for each in given["variables"]
    )
    reading = _Reading(variables)
    return Model(given["name"], variables, tuple(map(reading.rule, given["rules"])))


class _Reading:
    """Rules by the places of what they name."""

    def __init__(self, variables: tuple[Variable, ...]) -> None:
        self._variables = {each.name: place for place, each in enumerate(variables)}
        self._options = [
            {option.text: place for place, option in enumerate(each.options)} for each in variables
        ]

    def rule(self, given: Any) -> Rule:  # noqa: ANN401 (JSON from a file)
        if given["kind"] == "table":
            places = tuple(self._variables[name] for name in given["variables"])
            columns = [self._options[place] for place in places]
            rows = (
                tuple(column[cell] for column, cell in zip(columns, row, strict=True))
                for row in given["allow"]
            )
            return Table(places, tuple(rows))
        formula = given["formula"]
        return Clause(tuple(map(self._part, formula.get("or", [formula]))))

    def _part(self, given: Any) -> tuple[int, tuple[int, ...]]:  # noqa: ANN401 (JSON from a file)
        place = self._variables[given["var"]]
        return place, tuple(self._options[place][text] for text in given["in"])
