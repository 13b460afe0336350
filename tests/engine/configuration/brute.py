"""Random small models, and what they mean by trying every build: nothing of the engine is used."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Any

Json = dict[str, Any]
Build = dict[str, str]
Told = bool | None
"""None where it cannot be known."""
Says = Callable[[Build], Told]
LABELS = ("none", "1.5 kW", "3.0 kW", "4", "IP 65", "Heavy", "it's", "2")
NUMBERS = {"1.5 kW": 1.5, "3.0 kW": 3.0, "4": 4.0, "IP 65": 65.0, "2": 2.0}


@dataclass
class Small:
    """A model as a document, and what each of its rules says."""

    document: Json
    hard: dict[str, Says] = field(default_factory=dict)
    adds: list[tuple[Decimal, Decimal, Says]] = field(default_factory=list)

    def builds(self) -> list[Build]:
        named = [
            [(each["name"], option["value"]) for option in each["values"]]
            for each in self.document["variables"]
        ]
        return [dict(build) for build in product(*named)]

    def keeps(self, build: Build, rules: set[str] | None = None) -> bool:
        return all(
            says(build) is True
            for rule, says in self.hard.items()
            if rules is None or rule in rules
        )

    def price(self, build: Build) -> Decimal:
        prices = {
            (each["name"], option["value"]): Decimal(str(option.get("price", 0)))
            for each in self.document["variables"]
            for option in each["values"]
        }
        total, added = sum((prices[item] for item in build.items()), Decimal(0)), Decimal(0)
        for add, times, says in self.adds:
            if says(build) is True:
                total, added = total * times, added + add
        return total + added


def small(seed: int) -> Small:
    """A model of up to six variables of up to four options, with rules of every kind."""
    chance = random.Random(seed)  # noqa: S311 (the same ones every time)
    variables: list[Json] = [
        {
            "name": f"V{place}",
            "values": [
                {"value": value, "price": chance.choice((0, 5, 7.5, 10, 30))}
                for value in chance.sample(LABELS, chance.randint(1, 4))
            ],
        }
        for place in range(chance.randint(2, 6))
    ]
    made = Small({"variables": variables, "rules": []})
    hidden = chance.random() < 0.2
    if hidden:
        variables[0]["values"].append({"value": "n/a"})
    for place in range(chance.randint(1, 6)):
        _rule(chance, made, f"R{place}")
    if hidden:
        text, says = condition(chance, variables[1:], 1)
        made.document["rules"].append({"id": "H", "kind": "hide", "variable": "V0", "if": text})
        made.hard["H"] = lambda build: (
            (says(build) is True) == (build["V0"] == "n/a") and (says(build) is not None)
        )
    return made


def _rule(chance: random.Random, made: Small, name: str) -> None:  # noqa: C901 (one case each)
    variables = made.document["variables"]
    kind = chance.choice(
        (
            "ensure",
            "ensure",
            "require",
            "exclude",
            "table",
            "set",
            "limit",
            "price",
            "default",
            "prefer",
            "quantity",
        )
    )
    rule: Json = {"id": name, "kind": kind, "message": f"says {name}"}
    text, says = condition(chance, variables, 2)
    other, also = condition(chance, variables, 1)
    one = chance.choice(variables)
    value = chance.choice(one["values"])["value"]
    match kind:
        case "ensure":
            rule["expression"] = text
            made.hard[name] = says
        case "require":
            rule |= {"if": text, "then": other}
            made.hard[name] = lambda b: _or(_not(says(b)), also(b))
        case "exclude":
            rule["all"] = [text, other]
            made.hard[name] = lambda b: _not(_and(says(b), also(b)))
        case "set":
            rule |= {"if": text, "set": {one["name"]: value}}
            made.hard[name] = lambda b: _or(_not(says(b)), b[one["name"]] == value)
        case "table":
            several = chance.sample(variables, min(len(variables), chance.randint(1, 3)))
            names = [each["name"] for each in several]
            rows = [
                [
                    chance.choice([option["value"] for option in each["values"]] + ["*"])
                    for each in several
                ]
                for _ in range(chance.randint(1, 6))
            ]
            word = chance.choice(("allow", "forbid"))
            rule |= {"variables": names, word: rows}
            guarded = chance.random() < 0.3
            if guarded:
                rule["if"] = text
            made.hard[name] = lambda b: (
                any(all(c in ("*", b[n]) for n, c in zip(names, row, strict=True)) for row in rows)
                is (word == "allow")
                or (guarded and says(b) is False)
            )
        case "limit":
            most = chance.choice((10, 20, 40, 60))
            rule |= {"attribute": "price", "max": most}
            bare = Small(made.document)
            made.hard[name] = lambda b: bare.price(b) <= most
        case "price":
            add, times = chance.choice((-12, 3, 20)), chance.choice(("1", "1", "0.9", "1.2"))
            rule |= {"if": text, "add": add, "multiply": times}
            made.adds.append((Decimal(add), Decimal(times), says))
        case "default" | "prefer":
            if kind == "default":
                rule["set"] = {one["name"]: value}
            else:
                rule |= {"variable": one["name"], "values": [value]}
        case "quantity":
            rule |= {"variable": one["name"], "min": 2, "if": text}
            made.hard[name] = lambda b: _or(
                _not(says(b)),
                b[one["name"]] == "n/a" or _over(NUMBERS.get(b[one["name"]]), 2),
            )
    made.document["rules"].append(rule)


def condition(chance: random.Random, variables: list[Json], depth: int) -> tuple[str, Says]:
    """An expression, and what it says of a build."""
    if depth == 0 or chance.random() < 0.25:
        return _leaf(chance, variables)
    left, one = condition(chance, variables, depth - 1)
    right, two = condition(chance, variables, depth - 1)
    match chance.randrange(5):
        case 0:
            return f"({left} AND {right})", lambda b: _and(one(b), two(b))
        case 1:
            return f"({left} || {right})", lambda b: _or(one(b), two(b))
        case 2:
            return f"(NOT ({left}))", lambda b: _not(one(b))
        case 3:
            return f"(({left}) => ({right}))", lambda b: _or(_not(one(b)), two(b))
    return (
        f"(({left}) IFF ({right}))",
        lambda b: _or(_and(one(b), two(b)), _and(_not(one(b)), _not(two(b)))),
    )


def _leaf(  # noqa: PLR0911 (one case each)
    chance: random.Random, variables: list[Json]
) -> tuple[str, Says]:
    one, two = chance.choice(variables), chance.choice(variables)
    name, other = one["name"], two["name"]
    value = chance.choice(one["values"])["value"]
    quoted = value.replace("'", "''")
    bound = chance.choice((1.5, 2, 4, 6))
    prices = {option["value"]: option.get("price", 0) for option in one["values"]}
    match chance.randrange(8):
        case 0:
            return f"is('{name}', '{quoted}')", lambda b: b[name] == value
        case 1:
            return f"{name} = '{quoted}'", lambda b: b[name] == value
        case 2:
            return f"{name} NOT IN ('{quoted}')", lambda b: b[name] != value
        case 3:
            return f"num('{name}') >= {bound}", lambda b: _over(NUMBERS.get(b[name]), bound)
        case 4:
            return (
                f"num({name}) + num({other}) <= {bound}",
                lambda b: _under([NUMBERS.get(b[name]), NUMBERS.get(b[other])], bound),
            )
        case 5:
            names = [each["name"] for each in variables]
            parts = " + ".join(f"num({each})" for each in names)
            return f"{parts} <= {bound * 3}", lambda b: _under(
                [NUMBERS.get(b[each]) for each in names], bound * 3
            )
        case 6:
            return f"price('{name}') < 8", lambda b: prices[b[name]] < 8
    inner = [f"is('{each['name']}', '{_quoted(each)}')" for each in variables]
    firsts = {each["name"]: each["values"][0]["value"] for each in variables}
    return (
        f"count({', '.join(inner)}) != 1",
        lambda b: sum(b[each] == first for each, first in firsts.items()) != 1,
    )


def _quoted(variable: Json) -> str:
    value: str = variable["values"][0]["value"]
    return value.replace("'", "''")


def _over(number: float | None, bound: float) -> Told:
    return None if number is None else number >= bound


def _under(numbers: list[float | None], bound: float) -> Told:
    known = [each for each in numbers if each is not None]
    return None if len(known) < len(numbers) else sum(known) <= bound


def _not(one: Told) -> Told:
    return None if one is None else not one


def _and(one: Told, two: Told) -> Told:
    if one is False or two is False:
        return False
    return None if one is None or two is None else True


def _or(one: Told, two: Told) -> Told:
    return _not(_and(_not(one), _not(two)))
