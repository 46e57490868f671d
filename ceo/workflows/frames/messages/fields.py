"""Reading one part of a message: its values, and what is wrong with them, each with the place in the message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from ceo.workflows.frames.listed import ListFault
from ceo.workflows.frames.messages.parsing import Element

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_Meaning = TypeVar("_Meaning")
# In characters: of a name, the longest text of a message that is read here.
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Fields:
    """An element with its path in the message, such as Client/Bsn, and the list to which faults are added.

    `prefix` says in which file of a zip the message stands. A fault never holds what somebody is called or numbered.
    """

    element: Element
    path: str
    faults: list[ListFault]
    prefix: str = ""

    def part(self, name: str) -> Fields | None:
        """Return the first part with a name."""
        return next(self.parts(name), None)

    def parts(self, name: str) -> Iterator[Fields]:
        """Yield the parts with a name, in order."""
        for child in self.element.children:
            if child.name == name:
                yield Fields(child, f"{self.path}/{name}", self.faults, self.prefix)

    def text(self, *names: str, required: bool = False) -> str:
        """Return the text at the end of a path of names; "" when it is not there, which is a fault when it is required."""
        found: Fields | None = self
        for name in names:
            found = found.part(name) if found is not None else None
        text = found.element.text if found is not None else ""
        if required and not text:
            self.tell("message-missing", *names)
        if found is not None and len(text) > _LONGEST:
            found.tell("message-long")
            return text[:_LONGEST]
        return text

    def chosen(self, *names: str, meanings: Mapping[str, _Meaning]) -> _Meaning | None:
        """Return the meaning of a code; None when there is no code. An unknown code is a fault."""
        code = self.text(*names)
        if code and code not in meanings:
            self.tell("message-value", *names)
        return meanings.get(code)

    def day(self, *names: str, required: bool = False) -> date | None:
        """Return a day; one that is none is a fault."""
        text = self.text(*names, required=required)
        if not text:
            return None
        if not _DAY.fullmatch(text):
            self.tell("message-date", *names)
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.tell("message-date-impossible", *names)
            return None

    def tell(self, code: str, *names: str) -> None:
        """Add a fault at this element, or at a path of names from here."""
        element = self.element
        for name in names:
            element = next((child for child in element.children if child.name == name), element)
        path = "/".join((self.path, *names)).lstrip("/")
        self.faults.append(ListFault(element.line, f"{self.prefix}{path}", code))
