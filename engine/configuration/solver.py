"""Z3, and nothing else of the hub knows it: clauses in, yes, no or unknown out.

Clauses go to Z3's finite-domain solver through its C interface, one call each, without Python
objects for their parts. A context belongs to the thread that made it. Z3's own time limit is
asked for and is no promise; whoever needs one ends the process.
"""

import contextlib
import ctypes
import threading
from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum

import z3
from z3 import z3core

from engine.configuration.clauses import Clauses
from engine.configuration.limits import LARGEST_WEIGHT

_SEED = 7
_FOREVER = 0x3FFF_FFFF
_SETTLED = 20
"""Milliseconds by which a limit may be late, so that it need not be told for every check."""
_FIRST_DEFAULT = 0


def _direct(wrapper: Callable[..., object], *types: type) -> Callable[..., object]:
    """The C function behind a wrapper of z3core, called without its look at the error code.

    Only for calls that cannot fail and are made thousands of times.
    """
    defaults: tuple[object, ...] = getattr(wrapper, "__defaults__", None) or ()
    function = getattr(defaults[_FIRST_DEFAULT], "f")  # noqa: B009 (nothing declares it)
    address = ctypes.cast(function, ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(*types)(address or 0)


_VOID = ctypes.c_void_p
_interpreted = _direct(z3core.Z3_model_get_const_interp, _VOID, _VOID, _VOID, _VOID)

_MOST_SOLVERS = 200
"""How many solvers share a context, one after the other, before it is left to be freed."""


class _Own(threading.local):
    context: z3.Context | None = None
    solvers = 0


_OWN = _Own()


def _context() -> z3.Context:
    """The thread's own context: making one takes longer than most questions."""
    if _OWN.context is None or _OWN.solvers >= _MOST_SOLVERS:
        _OWN.context, _OWN.solvers = z3.Context(), 0
    _OWN.solvers += 1
    return _OWN.context


class Verdict(IntEnum):
    """What a check found."""

    NO = -1
    UNKNOWN = 0
    YES = 1


class Solver:
    """The clauses of one model, asked again and again under assumptions.

    With `guarded`, the clauses of each owner hold only where the owner's guard is assumed.
    """

    def __init__(self, clauses: Clauses, *, guarded: bool = False) -> None:
        self._context = _context()
        self._raw = self._context.ref()
        self._solver = z3.SolverFor("QF_FD", ctx=self._context)
        self._solver.set("random_seed", _SEED)
        self._handle = self._solver.solver
        self._bool = z3core.Z3_mk_bool_sort(self._raw)
        z3core.Z3_inc_ref(self._raw, self._bool)
        self._positive: list[z3core.Ast] = [None]
        self._negative: list[z3core.Ast] = [None]
        self._decls: list[int | None] = [None]
        self._by_id: dict[int, int] = {}
        self._true = z3core.Z3_mk_true(self._raw)
        z3core.Z3_inc_ref(self._raw, self._true)
        self._guards: dict[int, int] = {}
        self._options = clauses.options
        self._looks: list[list[tuple[int | None, bool]]] = []
        self._last = [0] * len(clauses.options)
        self._grow(clauses.count)
        self._left: Callable[[], int] = lambda: _FOREVER
        self._timeout = 0
        self._load(clauses, guarded=guarded)

    @property
    def guards(self) -> dict[int, int]:
        """The literal of each owner's guard."""
        return self._guards

    @property
    def size(self) -> int:
        """How many literals there are."""
        return len(self._positive) - 1

    def within(self, left: Callable[[], int]) -> None:
        """Checks have the milliseconds that `left` tells; without any they are UNKNOWN at once."""
        self._left = left

    def new(self) -> int:
        """A new literal."""
        self._grow(1)
        return len(self._positive) - 1

    def add(self, clause: Sequence[int]) -> None:
        """A clause more, for good."""
        handles = self._handles(clause)
        made = z3core.Z3_mk_or(self._raw, len(clause), handles)
        z3core.Z3_solver_assert(self._raw, self._handle, made)

    def at_most(self, weighted: Sequence[tuple[int, int]], bound: int) -> None:
        """A weighted sum that is at most `bound`, for good."""
        if max([bound, *(weight for _, weight in weighted)]) > LARGEST_WEIGHT:
            raise OverflowError(bound)
        literals = [literal for literal, _ in weighted]
        weights = (ctypes.c_int * len(weighted))(*(weight for _, weight in weighted))
        made = z3core.Z3_mk_pble(self._raw, len(weighted), self._handles(literals), weights, bound)
        z3core.Z3_solver_assert(self._raw, self._handle, made)

    def check(self, assumed: Sequence[int] = (), most: int = _FOREVER) -> Verdict:
        """Whether the clauses can hold together with what is assumed.

        UNKNOWN after `most` milliseconds too.
        """
        wanted = min(self._left(), most)
        if wanted <= 0:
            return Verdict.UNKNOWN
        if not wanted <= self._timeout <= wanted + _SETTLED:
            self._timeout = wanted + _SETTLED
            self._solver.set("timeout", self._timeout)
        found = z3core.Z3_solver_check_assumptions(
            self._raw, self._handle, len(assumed), self._handles(assumed)
        )
        return Verdict(found)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """What is added within the block is gone after it."""
        z3core.Z3_solver_push(self._raw, self._handle)
        try:
            yield
        finally:
            z3core.Z3_solver_pop(self._raw, self._handle, 1)

    def chosen(self) -> list[int]:
        """The option of each variable in what the last check found."""
        model = z3core.Z3_solver_get_model(self._raw, self._handle)
        z3core.Z3_model_inc_ref(self._raw, model)
        context, handle, true = self._raw.value, model.value, self._true.value

        def is_true(looked: tuple[int | None, bool]) -> bool:
            decl, positive = looked
            return (_interpreted(context, handle, decl) == true) is positive

        if not self._looks:
            self._looks = [
                [(self._decl(abs(literal)), literal > 0) for literal in each]
                for each in self._options
            ]
        last = self._last
        for variable, looks in enumerate(self._looks):
            if not is_true(looks[last[variable]]):
                # Models in a row differ little, so the last one is looked at first.
                last[variable] = next(at for at, look in enumerate(looks) if is_true(look))
        z3core.Z3_model_dec_ref(self._raw, model)
        return [*last]

    def core(self) -> list[int]:
        """Assumed literals that cannot hold together, after a check that said NO."""
        vector = z3core.Z3_solver_get_unsat_core(self._raw, self._handle)
        z3core.Z3_ast_vector_inc_ref(self._raw, vector)
        size = z3core.Z3_ast_vector_size(self._raw, vector)
        found = [
            self._by_id[z3core.Z3_ast_vector_get(self._raw, vector, place).value]
            for place in range(size)
        ]
        z3core.Z3_ast_vector_dec_ref(self._raw, vector)
        return found

    def _load(self, clauses: Clauses, *, guarded: bool) -> None:
        for clause, owner in zip(clauses.clauses, clauses.owners, strict=True):
            self.add([-self._guard(owner), *clause] if guarded and owner >= 0 else clause)
        for group in clauses.most_one:
            made = z3core.Z3_mk_atmost(self._raw, len(group), self._handles(group), 1)
            z3core.Z3_solver_assert(self._raw, self._handle, made)
        for weighted, bound, owner in clauses.sums:
            if guarded and owner >= 0:
                slack = sum(weight for _, weight in weighted) - bound
                self.at_most([*weighted, (self._guard(owner), slack)], bound + slack)
            else:
                self.at_most(weighted, bound)

    def _guard(self, owner: int) -> int:
        if owner not in self._guards:
            self._guards[owner] = self.new()
        return self._guards[owner]

    def _grow(self, count: int) -> None:
        for _ in range(count):
            place = len(self._positive)
            symbol = z3core.Z3_mk_int_symbol(self._raw, place)
            positive = z3core.Z3_mk_const(self._raw, symbol, self._bool)
            z3core.Z3_inc_ref(self._raw, positive)
            negative = z3core.Z3_mk_not(self._raw, positive)
            z3core.Z3_inc_ref(self._raw, negative)
            self._positive.append(positive)
            self._negative.append(negative)
            self._decls.append(None)
            self._by_id[positive.value] = place
            self._by_id[negative.value] = -place

    def _handles(self, literals: Sequence[int]) -> "ctypes.Array[z3core.Ast]":
        found: ctypes.Array[z3core.Ast] = (z3core.Ast * len(literals))(
            *(
                self._positive[literal] if literal > 0 else self._negative[-literal]
                for literal in literals
            )
        )
        return found

    def _decl(self, place: int) -> int | None:
        found = self._decls[place]
        if found is None:
            found = z3core.Z3_get_app_decl(self._raw, self._positive[place]).value
            self._decls[place] = found
        return found
