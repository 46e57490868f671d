"""The key of the municipality on the page where a list is loaded, in rounds of a series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from litestar import Request

from ceo.storage.kept_files import FilePurpose, KeptFile
from ceo.storage.rounds import Round
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.pages import staff_words
from ceo.workflows.frames.person_keys import draw_passphrase
from ceo.workflows.frames.series_keys import PassphraseFault, is_first_key, prove_passphrase

# Names of fields.
_KEY: Final = "sleutel"
_MAKE_KEY: Final = "sleutel-maken"
_FAULTS: Final[Mapping[PassphraseFault, str]] = {
    PassphraseFault.MISSING: N_(
        "Typ de sleutel van uw gemeente. Zonder sleutel kunnen antwoorden niet worden verbonden."
    ),
    PassphraseFault.WEAK: N_(
        "Deze sleutel is te raden. Neem minstens 16 letters en cijfers, of laat ons een sleutel maken."
    ),
    PassphraseFault.OTHER: N_("Dit is niet de sleutel van de vorige meting. Kijk of u zich vertypte."),
}


class KeyNeeded(StrEnum):
    """Whether a list needs the key of the municipality."""

    NONE = ""
    FIRST = "first"  # there is none yet: one can be made
    KNOWN = "known"  # that of the earlier waves


@dataclass(frozen=True, slots=True)
class KeyShown:
    """What the page tells about the key; `made` is a new one, that is shown this once."""

    needed: KeyNeeded = KeyNeeded.NONE
    made: str = ""


@dataclass(frozen=True, slots=True)
class ReadKey:
    """What came of the key that people typed: that of the series, sealed for the job, or what is wrong, by field."""

    shown: KeyShown
    sealed: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)


NO_KEY: Final = KeyShown()


async def key_shown(installation: Installation, row: Round, file: KeptFile) -> KeyShown:
    """Return whether a list needs the key of the municipality: lists of people do, in a round of a series."""
    if row.series is None or file.purpose != FilePurpose.CLIENT_LIST:
        return NO_KEY
    return KeyShown(KeyNeeded.FIRST if await is_first_key(installation.database, row) else KeyNeeded.KNOWN)


async def read_key(
    request: Request[Any, Any, Any], installation: Installation, row: Round, file: KeptFile, typed: Mapping[str, str]
) -> ReadKey:
    """Return what came of the key that was typed, or a new one when that was asked for and there is none yet."""
    shown = await key_shown(installation, row, file)
    if shown.needed is KeyNeeded.NONE:
        return ReadKey(shown)
    if shown.needed is KeyNeeded.FIRST and _MAKE_KEY in typed:
        return ReadKey(KeyShown(shown.needed, draw_passphrase()))
    passphrase = typed.get(_KEY, "")
    sealed, fault = await prove_passphrase(installation.database, installation.settings, row, file.id, passphrase)
    return ReadKey(shown, sealed, {_KEY: staff_words(request, _FAULTS[fault])} if fault is not None else {})
