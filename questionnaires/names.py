"""Names: how everything in a definition is called. A name is for ever; versions count up in whole numbers: `id@n`.

What a municipality or region adds carries its prefix (`gm0344.WIJ01`), so that it can never be taken for the core.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, TypeAlias

from pydantic import Field

# Municipalities have the codes of CBS; regions a number of their own.
OWNER_PATTERN: Final = r"(?:gm[0-9]{4}|rg[0-9]{2,4})"
_NAME: Final = r"[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*"
_ITEM: Final = rf"(?:{OWNER_PATTERN}\.)?[A-Z]{{3}}[0-9]{{2}}"
_DEFINITION: Final = r"[a-z][a-z0-9]*(?:\.[a-z0-9-]+)+"

Owner: TypeAlias = Annotated[str, Field(pattern=rf"^{OWNER_PATTERN}$", examples=["gm0344"])]
Name: TypeAlias = Annotated[str, Field(pattern=rf"^{_NAME}$", max_length=40, examples=["weet_niet"])]
# A page that a module or extension adds to another carries its prefix.
PageId: TypeAlias = Annotated[
    str, Field(pattern=rf"^(?:[a-z0-9-]+\.)?{_NAME}$", max_length=80, examples=["contact", "mantelzorg.druk"])
]
ItemId: TypeAlias = Annotated[str, Field(pattern=rf"^{_ITEM}$", examples=["TOE01"])]
ScaleId: TypeAlias = Annotated[
    str, Field(pattern=rf"^(?:{OWNER_PATTERN}\.)?{_NAME}$", max_length=50, examples=["eens5"])
]
ConceptId: TypeAlias = Annotated[
    str, Field(pattern=r"^(?:local|[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)$", max_length=80, examples=["toegang.gesprek"])
]
DefinitionId: TypeAlias = Annotated[str, Field(pattern=rf"^{_DEFINITION}$", max_length=80, examples=["nl.ceo.wmo"])]
VersionNumber: TypeAlias = Annotated[int, Field(ge=1, le=9999)]

ItemReference: TypeAlias = Annotated[str, Field(pattern=rf"^{_ITEM}@[1-9][0-9]{{0,3}}$", examples=["TOE01@1"])]
ScaleReference: TypeAlias = Annotated[
    str, Field(pattern=rf"^(?:{OWNER_PATTERN}\.)?{_NAME}@[1-9][0-9]{{0,3}}$", max_length=60, examples=["eens5@1"])
]
DefinitionReference: TypeAlias = Annotated[
    str, Field(pattern=rf"^{_DEFINITION}@[1-9][0-9]{{0,3}}$", max_length=90, examples=["nl.ceo.wmo@1"])
]
Language: TypeAlias = Annotated[str, Field(pattern=r"^[a-z]{2,3}(?:-[A-Z][a-z]{3})?$", examples=["nl"])]


def id_of(reference: str) -> str:
    """Return the id in a reference.

    >>> id_of("TOE01@2")
    'TOE01'
    """
    return reference.partition("@")[0]


def version_of(reference: str) -> int:
    """Return the version in a reference.

    >>> version_of("TOE01@2")
    2
    """
    return int(reference.partition("@")[2])


def owner_of(name: str) -> str | None:
    """Return the municipality or region whose prefix a name carries; None for what is national.

    >>> owner_of("gm0344.WIJ01"), owner_of("TOE01")
    ('gm0344', None)
    """
    found = re.match(rf"({OWNER_PATTERN})\.", name)
    return found.group(1) if found else None
