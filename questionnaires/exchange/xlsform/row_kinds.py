"""What a row of the survey sheet is, by its type as pyxform knows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["begin", "end", "one", "many", "integer", "date", "text", "note", "other"]

_PLAIN: Final[tuple[Kind, ...]] = ("integer", "date", "text", "note")
_ABOUT_DEVICE: Final = "Gegevens over het toestel of het moment bewaren wij niet."
_FROM_FILE: Final = "Een keuzelijst uit een bestand of uit eerdere antwoorden is er hier niet."
_EXTERNAL: Final = "Een lange keuzelijst buiten het formulier is er hier niet."
_RANK: Final = "Antwoorden op volgorde zetten kan hier niet."
_CALCULATED: Final = "Rekenen gaat hier anders: maak zelf een berekening in de module."


@dataclass(frozen=True, slots=True)
class RowKind:
    """What a row is. `detail` is the list of a choice or the kind of a group, `own_answer` whether people may add one."""

    kind: Kind
    detail: str = ""
    own_answer: bool = False
    why_not: str = ""


def kind_of(written: str) -> RowKind:
    """Return what a row is by what stands under type.

    >>> kind_of("select_one ja_nee"), kind_of("begin_group").kind, kind_of("q int").kind
    (RowKind(kind='one', detail='ja_nee', own_answer=False, why_not=''), 'begin', 'integer')
    """
    from pyxform import aliases
    from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL, RE_SELECT

    name = " ".join(written.split())
    if begin := RE_BEGIN_CONTROL.match(name):
        return RowKind("begin", aliases.control[begin["type"]])
    if RE_END_CONTROL.match(name):
        return RowKind("end")
    if select := RE_SELECT.match(name):
        return _select(select["select_command"], select["list_name"], own_answer=bool(select["specify_other"]))
    plain = _plain_types().get(name)
    return RowKind(plain) if plain is not None else RowKind("other", why_not=_why_not(name))


def is_yes(written: str) -> bool:
    """Return whether a cell says yes, in one of the ways that pyxform knows.

    >>> is_yes("true()"), is_yes("no"), is_yes("")
    (True, False, False)
    """
    from pyxform import aliases

    return bool(aliases.yes_no.get(written, False))


def _select(command: str, name: str, *, own_answer: bool) -> RowKind:
    from pyxform import aliases, constants

    if command in aliases.select_from_file or name.startswith("${"):
        return RowKind("other", why_not=_FROM_FILE)
    kinds: dict[str, Kind] = {constants.SELECT_ONE: "one", constants.SELECT_ALL_THAT_APPLY: "many"}
    kind = kinds.get(aliases.select[command])
    if kind is None:
        return RowKind("other", why_not=_RANK if aliases.select[command] == constants.RANK else _EXTERNAL)
    return RowKind(kind, name, own_answer)


@cache
def _plain_types() -> dict[str, Kind]:
    """Return every name that pyxform has for a kind of question that we hold."""
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    return {
        name: kind for kind in _PLAIN for name, form in QUESTION_TYPE_DICT.items() if form == QUESTION_TYPE_DICT[kind]
    }


def _why_not(name: str) -> str:
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    bind = QUESTION_TYPE_DICT.get(name, {}).get("bind", {})
    if "jr:preload" in bind:
        return _ABOUT_DEVICE
    if name in {"calculate", "hidden"}:
        return _CALCULATED
    return f"Een vraag van de soort {name} is er hier niet."
