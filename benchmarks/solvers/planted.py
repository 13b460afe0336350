"""Models made by chance around planted builds, so that they have some.

Most rules are local, as in real products: they join variables of the same group.
"""

from itertools import product
from random import Random

from benchmarks.solvers.models import Build, Clause, Model, Option, Rule, Sum, Table, Variable

_GROUP = 12
_IS_LOCAL = 0.85
_BUILDS = 3
_MOST_ROWS = 600
_KEPT_ROWS = 0.35
_LARGEST_NUMBER = 40
_PRICE_STEP = 5


def planted(variables: int, ratio: int) -> Model:
    """A model of so many variables and `ratio` times as many rules; the same every time."""
    name = f"{variables}x{ratio}"
    return _Planting(Random(name), variables).model(name, variables * ratio)  # noqa: S311 (repeatable, no secret)


class _Planting:
    def __init__(self, random: Random, count: int) -> None:
        self._random = random
        self._sizes = [random.randint(5, 20) for _ in range(count)]
        self._numbers = [
            tuple(sorted(random.randint(1, _LARGEST_NUMBER) for _ in range(size)))
            for size in self._sizes
        ]
        self._prices = [
            (0, *(random.randint(0, 400) * _PRICE_STEP for _ in range(size - 1)))
            for size in self._sizes
        ]
        self._builds = [
            tuple(random.randrange(size) for size in self._sizes) for _ in range(_BUILDS)
        ]

    def model(self, name: str, count: int) -> Model:
        kinds = (self._implication, self._exclusion, self._table, self._comparison, self._sum)
        rules: list[Rule] = []
        while len(rules) < count:
            (make,) = self._random.choices(kinds, (40, 20, 15, 17, 8))
            rule = make()
            if all(rule.holds(build) for build in self._builds):
                rules.append(rule)
        variables = tuple(
            Variable(f"V{at}", tuple(Option(f"o{o}", price) for o, price in enumerate(prices)))
            for at, prices in enumerate(self._prices)
        )
        budget = max(map(self._price, self._builds))
        rules.append(Sum(tuple(enumerate(self._prices)), budget))
        return Model(name, variables, tuple(rules))

    def _price(self, build: Build) -> int:
        return sum(prices[option] for prices, option in zip(self._prices, build, strict=True))

    def _some(self, count: int) -> list[int]:
        """Variables, mostly of one group."""
        random, total = self._random, len(self._sizes)
        if random.random() >= _IS_LOCAL:
            return random.sample(range(total), count)
        begin = _GROUP * random.randrange(max(1, total // _GROUP))
        return random.sample(range(begin, min(total, begin + _GROUP)), count)

    def _options(self, variable: int, count: int) -> tuple[int, ...]:
        return tuple(sorted(self._random.sample(range(self._sizes[variable]), count)))

    def _implication(self) -> Clause:
        """Some options of one variable need some of another."""
        one, other = self._some(2)
        few = self._options(one, self._random.randint(1, self._sizes[one] // 4))
        share = self._random.uniform(0.3, 0.8)
        return self._needs(one, few, other, self._options(other, int(self._sizes[other] * share)))

    def _exclusion(self) -> Clause:
        """An option of one variable does not go with one or two of another."""
        one, other = self._some(2)
        barred = self._options(other, self._random.randint(1, 2))
        rest = tuple(each for each in range(self._sizes[other]) if each not in barred)
        return self._needs(one, self._options(one, 1), other, rest)

    def _needs(self, one: int, few: tuple[int, ...], other: int, needed: tuple[int, ...]) -> Clause:
        rest = tuple(each for each in range(self._sizes[one]) if each not in few)
        return Clause(((one, rest), (other, needed)))

    def _table(self) -> Table:
        """Some of the rows of two or three variables, those of the planted builds among them."""
        random = self._random
        variables = tuple(self._some(random.choices((2, 3), (60, 40))[0]))
        rows = list(product(*(range(self._sizes[at]) for at in variables)))
        shown = random.sample(rows, min(len(rows), _MOST_ROWS))
        kept = set(shown[: max(1, int(len(shown) * _KEPT_ROWS))])
        kept |= {tuple(build[at] for at in variables) for build in self._builds}
        return Table(variables, tuple(sorted(kept)))

    def _comparison(self) -> Rule:
        """A number that an option needs at least, or one that exceeds another by little."""
        random = self._random
        one, other = self._some(2)
        if random.random() < 1 / 2:
            least = random.randint(5, 30)
            enough = [at for at, number in enumerate(self._numbers[other]) if number >= least]
            return self._needs(one, self._options(one, 1), other, tuple(enough))
        less = tuple(-each for each in self._numbers[other])
        return Sum(((one, self._numbers[one]), (other, less)), random.randint(5, 25))

    def _sum(self) -> Sum:
        """Numbers of several variables, with little room above the planted builds."""
        several = self._some(self._random.randint(5, 10))
        most = max(sum(self._numbers[at][build[at]] for at in several) for build in self._builds)
        return Sum(tuple((at, self._numbers[at]) for at in several), most * 108 // 100 + 1)
