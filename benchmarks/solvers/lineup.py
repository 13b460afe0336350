"""Who does which work, and the names they are reported under."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from benchmarks.solvers.stopwatch import CALL

OURS = "ours"
Z3_INT, Z3_OPTIMIZE, CP_SAT, CLINGO = "z3py Int", "z3.Optimize", "CP-SAT", "clingo"
Z3_ONE_HOT, Z3_BUILDING = "z3py one-hot", "z3.Optimize with build"
CLINGO_BB, CLINGO_USC, CLINGO_BETTER = "clingo bb", "clingo usc", "clingo, the better"
CLINGO_BRAVE, CONSTRAINT = "clingo, brave alone", "python-constraint2"
COMPILE, CHECK, PROPAGATE, SESSION = "compile", "check", "propagate", "session"
SOLVE, OPTIMIZE, REPAIR, EXPLAIN = "solve", "optimize", "repair", "explain"
FEWEST = "fewest changes"
"""How many choices a repair has to give up: of `repair` what `z3.Optimize` does."""


class Contestant(NamedTuple):
    """A process and what it is asked; what it took goes to each label by the parts it counts."""

    process: str
    method: str
    shares: Mapping[str, Sequence[str]]


def _plain(process: str, method: str, label: str) -> Contestant:
    return Contestant(process, method, {label: (CALL,)})


_CLINGO_LEFT = Contestant(
    "clingo", PROPAGATE, {CLINGO: ("brave", "own choices"), CLINGO_BRAVE: ("brave",)}
)
_Z3_OPTIMIZE = {Z3_OPTIMIZE: (CALL,), Z3_BUILDING: ("build", CALL)}
LOADED = {
    "ours": OURS,
    "z3_int": Z3_INT,
    "z3_optimize": Z3_ONE_HOT,
    "clingo": CLINGO,
    "cp_sat": CP_SAT,
}
WORKS: dict[str, tuple[Contestant, ...]] = {
    CHECK: (
        _plain("ours", CHECK, OURS),
        _plain("z3_int", CHECK, Z3_INT),
        _plain("clingo", CHECK, CLINGO),
        _plain("cp_sat", CHECK, CP_SAT),
        _plain("constraint", CHECK, CONSTRAINT),
    ),
    PROPAGATE: (_plain("ours", PROPAGATE, OURS), _CLINGO_LEFT),
    SESSION: (_plain("ours", PROPAGATE, OURS), _CLINGO_LEFT),
    SOLVE: (_plain("ours", SOLVE, OURS), _plain("cp_sat", SOLVE, CP_SAT)),
    EXPLAIN: (_plain("ours", EXPLAIN, OURS),),
    REPAIR: (_plain("ours", REPAIR, OURS), Contestant("z3_optimize", REPAIR, _Z3_OPTIMIZE)),
    FEWEST: (_plain("ours", "fewest", OURS), Contestant("z3_optimize", REPAIR, _Z3_OPTIMIZE)),
    OPTIMIZE: (
        _plain("ours", OPTIMIZE, OURS),
        Contestant("z3_optimize", OPTIMIZE, _Z3_OPTIMIZE),
        _plain("cp_sat", OPTIMIZE, CP_SAT),
        _plain("clingo", "optimize_bb", CLINGO_BB),
        _plain("clingo", "optimize_usc", CLINGO_USC),
    ),
}
PROCESSES = tuple(dict.fromkeys(each.process for work in WORKS.values() for each in work))
INSTALLED = ("ours", "z3_int", "z3_optimize")
"""Those that run in the project's own environment."""
