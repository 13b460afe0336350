"""Scenarios: YAML files of steps, read with exact numbers, and the names that steps save.

A step is one thing somebody does, what is answered, and everything that was told of it:

    step      what happens, in a sentence
    at        the instant; the clock stands there from now on
    do        a call of `/api/v1`, as "POST /quotes"; `with` is its body
    sign      a message of the signing provider; `aged` is how many seconds old it is
    superoffice  an operation that the CRM calls; `with` is its body
    open      an address that somebody opens in a browser, without a key
    worker    "drain": what is due by the calendar and all that is owed is carried out
    expect    `status` and the members of the answer, by their path: `lines.0.net_total`
    save      the name by which later steps know the answer: `$quote.id`
    events    each event since the step before, as "quote.sent $quote.id", or "quote.created as
              offer" where the step itself says who `$offer` is; none where none is named
    heard     what the subscribed receiver got since it was last looked at
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]
_SAME = "like"
"""A mapping with this member is that value, with the members beside it changed."""


class _Exact(yaml.SafeLoader):
    """Numbers are decimals and days are texts, as they are in JSON."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (as PyYAML wants it)
        first: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _decimal(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)))


_Exact.add_constructor("tag:yaml.org,2002:float", _decimal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step; the names of its members are those of the file."""

    step: str
    at: str = ""
    do: str = ""
    sign: Json | None = None
    aged: int = 0
    superoffice: str = ""
    open: str = ""
    worker: str = ""
    body: object = None
    expect: Mapping[str, object] | None = None
    save: str = ""
    events: Sequence[str] = ()
    heard: Sequence[str] | None = None


_MEMBERS = {each.name for each in fields(Step)} - {"body"} | {"with"}


def read(path: Path) -> list[Step]:
    """The steps of a file, behind those of the file it goes on `after`.

    ValueError names what is no member of a step.
    """
    raw = _loaded(path)
    steps = read(path.parent / raw["after"]) if "after" in raw else []
    for each in raw["steps"]:
        unknown = set(each) - _MEMBERS
        if unknown:
            raise ValueError(f"{path.name}, {each.get('step')}: {sorted(unknown)}")
        members = {"body" if name == "with" else name: value for name, value in each.items()}
        steps.append(Step(**members))
    return steps


def continued(path: Path) -> Path | None:
    """The file that this one goes on after."""
    after = _loaded(path).get("after")
    return None if after is None else path.parent / after


def _loaded(path: Path) -> Json:
    found: Json = yaml.load(path.read_text("utf-8"), _Exact)  # noqa: S506 (it is a SafeLoader)
    return found


class Names:
    """What steps saved, by name."""

    def __init__(self, **known: object) -> None:
        self._saved: dict[str, object] = dict(known)

    def save(self, name: str, value: object) -> None:
        self._saved[name] = value

    def filled(self, value: Any) -> Any:  # noqa: ANN401 (any JSON value)
        """`value` with the names in it replaced by what they stand for."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            made = {name: self.filled(each) for name, each in value.items()}
            same = made.pop(_SAME, {})
            return {**same, **made}
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        return value

    def _text(self, text: str) -> Any:  # noqa: ANN401 (any JSON value)
        if text.startswith("$") and not set(text) & set(" /"):
            return at(self._saved, text[1:])
        for separator in (" ", "/"):
            if "$" in text and separator in text:
                return separator.join(str(self._text(each)) for each in text.split(separator))
        return text


def at(value: Any, path: str) -> Any:  # noqa: ANN401 (any JSON value)
    """The member of `value` at a dotted path; AssertionError names the first that is not there."""
    for name in path.split("."):
        try:
            value = value[int(name)] if isinstance(value, list) else value[name]
        except (LookupError, TypeError, ValueError):
            raise AssertionError(f"no {name!r} of {path!r} in {value!r}") from None
    return value


def differences(expected: Any, real: Any, where: str) -> list[str]:  # noqa: ANN401 (any JSON value)
    """Where `real` is not as expected: members that are not named may be anything."""
    if isinstance(expected, Mapping) and isinstance(real, Mapping):
        found = []
        for name, each in expected.items():
            found += differences(each, real.get(name), f"{where}.{name}")
        return found
    if isinstance(expected, list) and isinstance(real, list) and len(expected) == len(real):
        found = []
        for place, (each, one) in enumerate(zip(expected, real, strict=True)):
            found += differences(each, one, f"{where}.{place}")
        return found
    if type(expected) is bool or type(real) is bool:
        return [] if expected is real else [f"{where}: {real!r}, not {expected!r}"]
    return [] if expected == real else [f"{where}: {real!r}, not {expected!r}"]
