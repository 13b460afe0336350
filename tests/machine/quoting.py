"""Quotes are made, changed and led through their life, where that is possible and where not."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis.stateful import initialize, precondition, rule
from hypothesis.strategies import integers, just, lists, none, sampled_from, tuples

from tests.machine.quotes import ACTS, CARE, HOSE, OFFS, PLAIN, Offer, SoldLine
from tests.machine.walking import OFTEN, PICK, Base

Json = dict[str, Any]
HOSES = tuples(just(HOSE), integers(1, 3), sampled_from(OFFS))
ASKED = HOSES | HOSES | tuples(just(CARE), integers(1, 3), just(0))
DAYS = none() | integers(0, 20)
MOST, MOST_LINES = 6, 3
"""Fewer than ten metres of hose, from where on they would be cheaper."""
EDITS = sampled_from(("add", "change", "remove"))


def body_of(asked: tuple[str, int, int]) -> Json:
    sku, quantity, off = asked
    return {"sku": sku, "quantity": quantity} | ({"discount_percent": off} if off else {})


Data = tuple[str, tuple[str, int, int], int | None]
"""What an act may need: an edit, a line, and a number of days."""
WAY = {
    "draft": "submit",
    "in_approval": "approve",
    "approved": "send",
    "sent": "accept",
    "on_hold": "resume",
    "expired": "extend",
    "accepted": "order",
}
"""What comes next on the way to an order."""


class Quoting(Base):
    """What is done to quotes."""

    @initialize(asked=lists(ASKED, min_size=1, max_size=2), days=DAYS)
    def begin(self, asked: list[tuple[str, int, int]], days: int | None) -> None:
        """A new day, so that nothing of an earlier example is of today, and a quote."""
        self.world.later(days=1)
        self.subscribe()
        self.make(asked, days)

    @precondition(lambda self: len(self.quotes) < MOST)
    @rule(asked=lists(ASKED, max_size=2), days=DAYS)
    def make(self, asked: list[tuple[str, int, int]], days: int | None) -> None:
        self.did("make")
        until = None if days is None else self.today + timedelta(days=days)
        body: Json = {"account_id": "ACME", "lines": [body_of(each) for each in asked]}
        if until is not None:
            body["valid_until"] = until.isoformat()
        made = self.ask("POST", "/quotes", body, 201)
        self._made(made, [SoldLine("", *each) for each in asked], until)

    def _made(self, made: Json, sold: list[SoldLine], until: date | None = None) -> None:
        told = zip(made["lines"], sold, strict=True)
        lines = [replace(each, id=line["id"]) for line, each in told]
        self.quotes.append(Offer(made["id"], lines, until))
        self.saw(self.quotes[-1], made)

    @rule(which=PICK, choice=integers(0, 11), twice=OFTEN, data=tuples(EDITS, ASKED, DAYS))
    def lead(self, which: int, choice: int, twice: bool, data: Data) -> None:
        """Do one of the things that are possible."""
        quote = self.pick(which)
        possible = [each for each in ACTS if quote.allows(each, self.today)]
        self.act(quote, possible[choice % len(possible)], data, twice=twice)

    @rule(which=PICK, first=integers(0, len(ACTS) - 1), data=tuples(EDITS, ASKED, DAYS))
    def attempt(self, which: int, first: int, data: Data) -> None:
        """Do some of the things that are not possible."""
        quote = self.pick(which)
        acts = (*ACTS[first:], *ACTS[:first])
        forbidden = [each for each in acts if not quote.allows(each, self.today)]
        for name in forbidden[:3]:
            self.act(quote, name, data)

    @rule(which=PICK, steps=integers(1, 5))
    def sell(self, which: int, steps: int) -> None:
        """Bring a quote nearer to an order, by the shortest way."""
        quote = self.pick(which)
        for _ in range(steps):
            name = WAY.get(quote.status(self.today))
            if name is None or (name == "submit" and not quote.lines):
                return
            self.act(quote, name, ("add", (HOSE, 1, 0), None))

    def act(self, quote: Offer, name: str, data: Data, *, twice: bool = False) -> None:
        self.did(name)
        self.world.pairs[quote.status(self.today), name] += 1
        edit, asked, days = data
        match name:
            case "edit":
                self.edit(quote, edit, asked)
            case "extend":
                self.extend(quote, days)
            case "clone":
                self._clone(quote)
            case "order":
                self.order(quote)
            case "bill":
                self.bill(quote)
            case _:
                self._plain(quote, name, twice=twice)

    def _plain(self, quote: Offer, name: str, *, twice: bool) -> None:
        assert name in PLAIN
        path = f"/quotes/{quote.id}/{name}"
        if not quote.allows(name, self.today):
            self.ask("POST", path, None, 409, quote.refusal(name))
        elif name == "submit" and not quote.lines:
            self.ask("POST", path, None, 422, "no_lines")
        elif name == "submit" and quote.is_over(self.today):
            self.ask("POST", path, None, 422, "day_is_over")
        else:
            quote.do(name, self.today, self.world.drained_on)
            send = self.ask_twice if twice else self.ask
            self.saw(quote, send("POST", path))

    def edit(self, quote: Offer, edit: str, asked: tuple[str, int, int]) -> None:
        """A line is added, changed or taken off."""
        path, is_possible = f"/quotes/{quote.id}/lines", quote.allows("edit", self.today)
        if not is_possible or quote.is_of_contract:
            if not is_possible:
                self.ask("POST", path, body_of(asked), 409, "quote_locked")
            return
        sku, quantity, off = asked
        if not quote.lines or (edit == "add" and len(quote.lines) < MOST_LINES):
            answer = self.ask("POST", path, body_of(asked), 201)
            quote.lines.append(SoldLine(answer["line"]["id"], sku, quantity, off))
            quote.events.append("quote.line_added")
            self.saw(quote, answer["quote"])
            return
        line = quote.lines[quantity % len(quote.lines)]
        quote.events.append("quote.priced")
        if edit == "remove":
            quote.lines.remove(line)
            self.saw(quote, self.ask("DELETE", f"{path}/{line.id}"))
            return
        line.quantity = quantity
        changes: Json = {"quantity": quantity}
        if line.sku == sku == HOSE:
            line.off = off
            changes["discount_percent"] = off
        self.saw(quote, self.ask("PATCH", f"{path}/{line.id}", changes))

    def extend(self, quote: Offer, days: int | None) -> None:
        """The last day to accept is moved, also after it was over."""
        until = None if days is None else self.today + timedelta(days=days)
        body = {"valid_until": None if until is None else until.isoformat()}
        if not quote.allows("extend", self.today):
            self.ask("PATCH", f"/quotes/{quote.id}", body, 409, "quote_locked")
            return
        quote.do("extend", self.today)
        quote.valid_until = until
        self.saw(quote, self.ask("PATCH", f"/quotes/{quote.id}", body))

    def _clone(self, quote: Offer) -> None:
        if not quote.is_of_contract and len(self.quotes) < MOST:
            self._made(self.ask("POST", f"/quotes/{quote.id}/clone", None, 201), quote.lines)

    def stale(self, which: int) -> None:
        """Who has seen another revision changes nothing."""
        path = f"/quotes/{self.pick(which).id}/{PLAIN[which % len(PLAIN)]}"
        self.read(self.world.demo.send("POST", path, **{"if-match": '"999"'}), 412)

    def order(self, quote: Offer) -> None:
        raise NotImplementedError

    def bill(self, quote: Offer) -> None:
        raise NotImplementedError
