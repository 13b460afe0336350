"""`python -m tests.check_certificate FILE...`: judge the solver's answers."""

import json
import sys
from decimal import Decimal
from pathlib import Path

import click

from tests.check_certificate.claims import NODES, Finding, Verdict, check
from tests.check_certificate.tokens import Unreadable

WRONG, UNREADABLE, UNDECIDED = 1, 2, 3


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--budget", default=NODES, show_default=True, help="Nodes of search for a claim.")
def main(files: tuple[Path, ...], budget: int) -> None:
    """Check every claim of answers that carry their certificates.

    Ends with 0 where all is ok, 1 where something is wrong, 2 where a file cannot be read, and 3
    where nothing is wrong but something was too large to decide.
    """
    verdicts: set[Verdict] = set()
    for file in files:
        for finding in _findings(file, budget):
            verdicts.add(finding.verdict)
            reason = f": {finding.reason}" if finding.reason else ""
            click.echo(f"{finding.verdict:9}  {file.name}  {finding.claim}{reason}")
    if Verdict.WRONG in verdicts:
        sys.exit(WRONG)
    sys.exit(UNDECIDED if Verdict.LARGE in verdicts else 0)


def _findings(file: Path, budget: int) -> list[Finding]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        return check(document, budget)
    except (OSError, ValueError, Unreadable) as fault:
        click.echo(f"{file}: {fault}", err=True)
        sys.exit(UNREADABLE)


main()
