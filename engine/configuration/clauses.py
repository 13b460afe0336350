"""A model as clauses over Booleans, one for each option, and weighted sums of them.

A literal is a number from 1 on, negative where it is turned. A variable of two options has one
Boolean; of more, one for each option, of which exactly one is true. Every clause knows the rule
it comes from. Auxiliary Booleans stand for parts of conditions, in one direction only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import gcd

from engine.configuration import limits
from engine.configuration.diagrams import diagram
from engine.configuration.faults import Fault
from engine.configuration.linear import AtMost, Meanings, Rows
from engine.configuration.model import Model, Rule
from engine.configuration.syntax import And, Chosen, Compare, Condition, Iff, Not, Or, Truth

NOBODY = -1
"""The owner of clauses that say what a variable is."""
_PAIRWISE = 25
"""Variables of at most so many options say pair by pair that only one is chosen."""
Clause = list[int]


@dataclass(slots=True)
class Clauses:
    """The clauses, cardinalities and sums of a model.

    `options[v][o]` is the literal of option o of variable v. `most_one` are groups of which at
    most one is true; `sums` are (literals with weights, bound, owner).
    """

    options: list[list[int]]
    count: int = 0
    clauses: list[Clause] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    most_one: list[list[int]] = field(default_factory=list)
    sums: list[tuple[list[tuple[int, int]], int, int]] = field(default_factory=list)

    def new(self) -> int:
        self.count += 1
        return self.count

    def add(self, clause: Iterable[int], owner: int) -> None:
        self.clauses.append(list(clause))
        self.owners.append(owner)
        if len(self.clauses) > limits.CLAUSES:
            raise Fault("model_too_large", most=limits.CLAUSES)

    def among(self, variable: int, options: Iterable[int]) -> list[int] | None:
        """Literals of which one is true where the option is one of these; None: it always is."""
        literals, chosen = self.options[variable], sorted(options)
        if len(chosen) >= len(literals):
            return None
        if len(literals) > 2 and len(chosen) == len(literals) - 1:  # noqa: PLR2004 (all but one)
            (other,) = set(range(len(literals))) - set(chosen)
            return [-literals[other]]
        return [literals[option] for option in chosen]


def compiled(model: Model) -> Clauses:
    """The clauses of a model's hard rules, the rule's place as the owner."""
    found = Clauses(options=[])
    for variable in model.variables:
        found.options.append(_one_hot(found, len(variable.options)))
    meanings = Meanings([len(variable.options) for variable in model.variables])
    for owner, rule in enumerate(model.rules):
        if rule.is_hard:
            try:
                _Builder(found, meanings, owner).rule(rule)
            except Fault as fault:
                raise fault.within(f"rules/{rule.place}") from None
    return found


def indicator(found: Clauses, model: Model, condition: Condition, owner: int) -> int:
    """A new literal that is true only where `condition` holds."""
    meanings = Meanings([len(variable.options) for variable in model.variables])
    builder = _Builder(found, meanings, owner)
    literals = builder.literals(condition, negated=False)
    mark = found.new()
    if literals is not None:
        found.add([-mark, *literals], owner)
    return mark


def _one_hot(found: Clauses, size: int) -> list[int]:
    if size == 1:
        literal = found.new()
        found.add([literal], NOBODY)
        return [literal]
    if size == 2:  # noqa: PLR2004 (this one or the other)
        literal = found.new()
        return [-literal, literal]
    literals = [found.new() for _ in range(size)]
    found.add(literals, NOBODY)
    if size > _PAIRWISE:
        found.most_one.append(literals)
    else:
        for place, one in enumerate(literals):
            for other in literals[:place]:
                found.add([-one, -other], NOBODY)
    return literals


class _Builder:
    """Adds what one rule says."""

    def __init__(self, found: Clauses, meanings: Meanings, owner: int) -> None:
        self._found = found
        self._meanings = meanings
        self._owner = owner
        self._known: dict[tuple[int, bool], list[int] | None] = {}

    def rule(self, rule: Rule) -> None:
        if rule.columns:
            self._table_where(rule)
        elif rule.condition is not None:
            self.holds(rule.condition, negated=False)

    def _table_where(self, rule: Rule) -> None:
        """A table, and where its condition certainly does not hold, nothing."""
        mark = None
        if rule.condition is not None:
            otherwise = self.literals(rule.condition, negated=True)
            if otherwise is None:
                return
            mark = self._found.new()
            self._found.add([*otherwise, mark], self._owner)
        self._table(rule.columns, rule.rows, forbids=rule.forbids, mark=mark)

    def holds(self, condition: Condition, *, negated: bool) -> None:  # noqa: C901 (one case each)
        """The condition holds, or it certainly does not."""
        match condition:
            case Not(part):
                self.holds(part, negated=not negated)
            case And(parts) if not negated:
                for part in parts:
                    self.holds(part, negated=False)
            case Or(parts) if negated:
                for part in parts:
                    self.holds(part, negated=True)
            case Compare():
                for meaning in self._meanings.of(condition, negated=negated):
                    self._mean(meaning, None)
            case _:
                literals = self.literals(condition, negated=negated)
                if literals is not None:
                    self._found.add(literals, self._owner)

    def literals(  # noqa: PLR0911 (one case each)
        self, condition: object, *, negated: bool
    ) -> list[int] | None:
        """Literals of which one is true only where the condition holds; None: it always does."""
        match condition:
            case Truth(told):
                return None if told is not negated else []
            case Not(part):
                return self.literals(part, negated=not negated)
            case Chosen(variable, options):
                every = range(len(self._found.options[variable]))
                wanted = set(every) - options if negated else options
                return self._found.among(variable, wanted) if wanted else []
            case And(parts) | Or(parts) if isinstance(condition, Or) is not negated:
                return self._any(parts, negated=negated)
            case And(parts) | Or(parts):
                return self._every(parts, negated=negated)
            case Iff():
                return self._either(condition, negated=negated)
            case Compare():
                return self._marked(self._meanings.of(condition, negated=negated))
        return self._marked([condition])

    def _either(self, condition: Iff, *, negated: bool) -> list[int] | None:
        """As `literals`, worked out once for each way: what is nested would double every time."""
        key = id(condition), negated
        if key not in self._known:
            one = condition.left
            other: Condition = Not(condition.right) if negated else condition.right
            several = (And((one, other)), And((Not(one), Not(other))))
            self._known[key] = self._any(several, negated=False)
        return self._known[key]

    def _any(self, parts: Sequence[object], *, negated: bool) -> list[int] | None:
        found: list[int] = []
        for part in parts:
            literals = self.literals(part, negated=negated)
            if literals is None:
                return None
            found += literals
        return list(dict.fromkeys(found))

    def _every(self, parts: Sequence[object], *, negated: bool) -> list[int] | None:
        several = [self.literals(part, negated=negated) for part in parts]
        needed = [each for each in several if each is not None]
        if not needed:
            return None
        if len(needed) == 1:
            return needed[0]
        mark = self._found.new()
        for literals in needed:
            self._found.add([-mark, *literals], self._owner)
        return [mark]

    def _marked(self, meanings: Sequence[object]) -> list[int] | None:
        if len(meanings) == 1 and isinstance(meanings[0], Truth | Chosen | Or):
            return self.literals(meanings[0], negated=False)
        mark = self._found.new()
        for meaning in meanings:
            self._mean(meaning, mark)
        return [mark]

    def _mean(self, meaning: object, mark: int | None) -> None:
        """What a comparison means holds, or holds where `mark` is true."""
        match meaning:
            case AtMost(weights, bound):
                self._at_most(weights, bound, mark)
            case Rows(variables, rows):
                self._table(variables, rows, mark=mark)
            case _:
                literals = self.literals(meaning, negated=False)
                if literals is not None:
                    self._clause(literals, mark)

    def _clause(self, literals: Sequence[int], mark: int | None) -> None:
        self._found.add(literals if mark is None else [-mark, *literals], self._owner)

    def _at_most(
        self, weights: Sequence[tuple[int, tuple[int, ...]]], bound: int, mark: int | None
    ) -> None:
        """Weights from 0 on, their common divisor taken out."""
        rest = bound
        positive: list[tuple[int, tuple[int, ...]]] = []
        for variable, each in weights:
            least = min(each)
            rest -= least
            positive.append((variable, tuple(weight - least for weight in each)))
        most = sum(max(each) for _, each in positive)
        if most <= rest:
            return
        if rest < 0:
            self._clause([], mark)
            return
        divisor = gcd(*(weight for _, each in positive for weight in each))
        rest //= divisor
        found = [
            (self._found.options[variable][option], weight // divisor)
            for variable, each in positive
            for option, weight in enumerate(each)
            if weight
        ]
        if mark is not None:
            slack = most // divisor - rest
            found.append((mark, slack))
            rest += slack
        # Guarded, a sum has all its weights for slack.
        total = sum(weight for _, weight in found) + rest
        if len(found) > limits.WEIGHTED or 2 * total > limits.LARGEST_WEIGHT:
            raise Fault("sum_too_large", most=limits.LARGEST_WEIGHT)
        self._found.sums.append((found, rest, self._owner))

    def _table(
        self,
        columns: Sequence[int],
        rows: frozenset[tuple[int, ...]],
        *,
        forbids: bool = False,
        mark: int | None = None,
    ) -> None:
        sizes = [len(self._found.options[column]) for column in columns]
        if forbids:
            for row in rows:
                chosen = zip(columns, row, strict=True)
                self._clause([-self._found.options[at][option] for at, option in chosen], mark)
            return
        if not rows:
            self._clause([], mark)
        elif len(columns) == 1:
            literals = self._found.among(columns[0], {row[0] for row in rows})
            if literals is not None:
                self._clause(literals, mark)
        elif len(columns) == 2:  # noqa: PLR2004 (each option with those it goes with)
            self._pairs(columns, rows, mark)
        else:
            diagram(rows, sizes).clauses(self._found, columns, self._owner, mark)

    def _pairs(
        self, columns: Sequence[int], rows: frozenset[tuple[int, ...]], mark: int | None
    ) -> None:
        for side in (0, 1):
            mine, other = columns[side], columns[1 - side]
            goes: dict[int, set[int]] = {}
            for row in rows:
                goes.setdefault(row[side], set()).add(row[1 - side])
            for option, literal in enumerate(self._found.options[mine]):
                with_it = goes.get(option)
                literals = self._found.among(other, with_it) if with_it else []
                if literals is not None:
                    self._clause([-literal, *literals], mark)
