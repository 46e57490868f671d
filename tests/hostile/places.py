"""Every address that the application answers, read from its own table of routes: what is added tomorrow is attacked tomorrow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.types.internal_types import PathParameterDefinition


@dataclass(frozen=True)
class Place:
    """A route: its parts in order, a parameter as its name in braces, and the methods that it takes."""

    parts: tuple[str, ...]
    methods: frozenset[str]

    @property
    def below_municipality(self) -> bool:
        """Tell whether the address starts with a municipality."""
        return self.parts[:1] == ("{municipality_code}",)

    def address(self, filled_in: Callable[[str], str]) -> str:
        """Return an address with a text for each parameter; a text is escaped unless it has escapes already."""
        return "/" + "/".join(_escaped(filled_in(part[1:-1])) if part[:1] == "{" else part for part in self.parts)


def places(app: Litestar) -> list[Place]:
    """Return every route of an application, in order of address."""
    found = [
        Place(
            tuple(
                f"{{{part.name}}}" if isinstance(part, PathParameterDefinition) else str(part)
                for part in route.path_components
            ),
            frozenset(str(method) for method in route.methods),
        )
        for route in app.routes
        if isinstance(route, HTTPRoute)
    ]
    return sorted(found, key=lambda place: place.parts)


def _escaped(text: str) -> str:
    return text if "%" in text or Path(text).parts[1:] else quote(text, safe="", errors="surrogatepass")
