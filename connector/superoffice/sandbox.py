"""The reference connector's fault switches: a tenant in a sandbox provokes our failures.

`cannot_x` makes step x fail as if the back end were broken, `fail_x` makes it answer an
error, `warn_x` a warning. A tenant outside a sandbox has no switches.
"""

from engine.kernel.errors import Unavailable
from engine.kernel.finding import Finding, Severity
from engine.pricing.snapshot import Snapshot


class Provoked(Unavailable):
    """A failure asked for by a switch; `params["switch"]` names it."""

    code = "provoked_error"


def is_on(data: Snapshot, switch: str) -> bool:
    """Whether `switch` is on for a tenant that may have switches."""
    return data.settings.sandbox and data.settings.switches.get(switch, False)


def provoke(data: Snapshot, step: str) -> tuple[Finding, ...]:
    """The finding a switch asks for at `step`; raises Provoked where it asks for a failure."""
    if not data.settings.sandbox:
        return ()
    if is_on(data, f"cannot_{step}"):
        raise Provoked(f"switch cannot_{step} is on", switch=f"cannot_{step}")
    if is_on(data, f"fail_{step}"):
        return (Finding(Severity.ERROR, "provoked_error", {"switch": f"fail_{step}"}),)
    if is_on(data, f"warn_{step}"):
        return (Finding(Severity.WARNING, "provoked_warning", {"switch": f"warn_{step}"}),)
    return ()
