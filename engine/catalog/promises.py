"""A tenant's settings, while rows of an upload are being added to them.

Every method takes one row, gives back what is odd about it, and raises `BadCell` when
the row has to be left out.
"""

from dataclasses import replace

from engine.catalog import rows
from engine.catalog.capabilities import CAPABILITIES, USUAL
from engine.catalog.cells import BadCell, Cells
from engine.catalog.settings import TenantSettings
from engine.catalog.shelf import Change, Tally

_FAULTS = ("cannot_", "fail_", "warn_", "need_")


class Promises:
    """The tenant's settings, while rows are being added to them."""

    def __init__(self, stored: TenantSettings, *, sandbox: bool) -> None:
        """Begin with `stored`; where `sandbox` holds, the tenant becomes a sandbox."""
        self._stored = stored
        self._sandbox = sandbox
        self._decided: dict[str, bool] = {}
        self._changes: list[Change] = []
        self.settings = replace(stored, sandbox=stored.sandbox or sandbox)

    def row(self, cells: Cells) -> list[BadCell]:
        """All settings at once."""
        taken = rows.settings(cells, self.settings, sandbox=self._sandbox)
        self._changes.append(Change.UNCHANGED if taken == self.settings else Change.UPDATED)
        self.settings = taken
        return []

    def capability(self, cells: Cells) -> list[BadCell]:
        """One promise, or one switch where the name is no promise."""
        name, on = rows.capability(cells)
        if name in self._decided:
            raise cells.wrong("key", f"{name!r} stands here twice; the first row counts")
        self._decided[name] = on
        before = {**self._stored.switches, **self._stored.capabilities}.get(name)
        if before is None:
            self._changes.append(Change.CREATED)
        else:
            self._changes.append(Change.UNCHANGED if before is on else Change.UPDATED)
        old = self.settings
        if name in CAPABILITIES:
            self.settings = replace(old, capabilities={**old.capabilities, name: on})
            return []
        self.settings = replace(old, switches={**old.switches, name: on})
        if on and not old.sandbox and name.startswith(_FAULTS):
            return [cells.wrong("value", "is kept, but obeyed in a sandbox only")]
        return []

    def finished(self) -> TenantSettings:
        """The settings as they will be: promises that nobody decided are the usual ones."""
        if self.settings.capabilities:
            return self.settings
        return replace(self.settings, capabilities=USUAL)

    def tally(self) -> Tally:
        """The count of the rows that were taken in."""
        return Tally.of(self._changes)
