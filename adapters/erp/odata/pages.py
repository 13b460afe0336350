"""What a service answers with: one entity, or a page of them and where the next one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urljoin, urlsplit

from adapters.erp.odata.members import Entity
from engine.ports.outcomes import Declined

_PORTS = {"https": 443, "http": 80}


class Version(Enum):
    """The version of OData, by how it answers."""

    V2 = "2"
    V4 = "4"

    def entity(self, said: Any) -> Entity | None:  # noqa: ANN401 (whatever the service says)
        """The one entity it answered with; None where it answered with something else."""
        if self is Version.V2:
            said = said.get("d") if isinstance(said, Mapping) else None
        return said if isinstance(said, Mapping) and "results" not in said else None

    def page(self, said: Any) -> "Page | None":  # noqa: ANN401 (as above)
        """The entities it answered with; None where it answered with something else."""
        rows, further = "value", "@odata.nextLink"
        if self is Version.V2:
            said = said.get("d") if isinstance(said, Mapping) else None
            rows, further = "results", "__next"
        if isinstance(said, list):  # version 2 before its results were named
            said = {rows: said}
        found = said.get(rows) if isinstance(said, Mapping) else None
        if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
            return None
        link = said.get(further)
        return Page(tuple(found), link if isinstance(link, str) else "")

    def etag(self, entity: Entity) -> str:
        """What has to be told when it is changed."""
        if self is Version.V2:
            about = entity.get("__metadata")
            found = about.get("etag") if isinstance(about, Mapping) else None
        else:
            found = entity.get("@odata.etag")
        return found if isinstance(found, str) and found.isprintable() else ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some entities; `further` is where the service says that the next ones are."""

    rows: tuple[Entity, ...]
    further: str = ""


def path_below(base: str, asked: str, link: str) -> str:
    """The path below `base` that a link of an answer to `asked` leads to.

    Declined where it leads to another host, to another port or out of the service: what is sent
    with a call is for this service alone.
    """
    there = urljoin(base + asked, link)
    home, goal = urlsplit(base), urlsplit(there)
    home_port = home.port or _PORTS.get(home.scheme)
    try:
        goal_port = goal.port or _PORTS.get(goal.scheme)
    except ValueError:
        goal_port = None
    same = (goal.scheme, goal.hostname, goal_port) == (home.scheme, home.hostname, home_port)
    inside = goal.path == home.path or goal.path.startswith(home.path.rstrip("/") + "/")
    if not same or not inside or "@" in goal.netloc or "/../" in f"{goal.path}/":
        raise Declined(f"its next page is said to be elsewhere, at {goal.hostname or 'no host'}")
    path = goal.path[len(home.path.rstrip("/")) :]
    return f"{path}?{goal.query}" if goal.query else path
