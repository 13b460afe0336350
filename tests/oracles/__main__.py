"""`python -m tests.oracles FILE [FILE…]`: plays files of published worked examples."""

import sys
from pathlib import Path

from tests.oracles.runner import play, read


def main(paths: list[str]) -> int:
    """Play every file; 0 when nothing failed."""
    if not paths:
        sys.stderr.write("usage: python -m tests.oracles FILE [FILE…]\n")
        return 2
    played = failed = 0
    for path in paths:
        cases = read(Path(path))
        played += len(cases)
        for failure in play(cases):
            failed += 1
            sys.stdout.write(f"{failure.id} ({failure.kind}): {failure.why}\n")
    sys.stdout.write(f"{played - failed} passed, {failed} failed\n")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
