"""The files that microdata leave as. A writer is loaded when it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from exports.microdata.handing_out import Handout

# The text of an agreement: no answers are in it.
AGREEMENT: Final = "txt"
# Extension without a dot: `module:function` of what writes it.
MICRODATA_FORMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sav": "exports.microdata.sav:write_sav",
        "dta": "exports.microdata.stata:write_stata",
        "parquet": "exports.microdata.parquet:write_parquet",
        "ddi.xml": "exports.microdata.ddi:write_codebook",
    }
)

# What browsers and programs are told that a file is.
MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sav": "application/x-spss-sav",
        "dta": "application/x-stata-dta",
        "parquet": "application/vnd.apache.parquet",
        "ddi.xml": "application/xml",
        AGREEMENT: "text/plain",
    }
)


@dataclass(frozen=True, slots=True)
class MicrodataFile:
    """A file with the name that says what is in it, of how many people it is, and its SHA-256. An agreement is of nobody."""

    name: str
    form: str
    content: bytes
    people: int
    columns: int
    sha256: str


def write_microdata(handout: Handout, form: str) -> MicrodataFile:
    """Return microdata as a file. Takes long: for a thread."""
    from exports.microdata.handing_out import file_name_of, records_of

    module, _, name = MICRODATA_FORMS[form].partition(":")
    content = b"".join(getattr(import_module(module), name)(handout))
    records = records_of(handout)
    return MicrodataFile(
        name=file_name_of(handout, form),
        form=form,
        content=content,
        people=len(records),
        columns=len(records.variables),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def text_file(name: str, text: str) -> MicrodataFile:
    """Return a text as a file of nobody's answers."""
    content = text.encode()
    return MicrodataFile(name, AGREEMENT, content, people=0, columns=0, sha256=hashlib.sha256(content).hexdigest())
