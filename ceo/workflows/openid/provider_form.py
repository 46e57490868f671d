"""What an owner fills in about an identity provider, and what is wrong with it: everything at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ceo.workflows.openid.fetching import is_usable_address
from ceo.workflows.rights import Role, roles_for

# In characters.
_LONGEST_LABEL: Final = 60
_LONGEST_WORD: Final = 200
_LONGEST_SECRET: Final = 500
_MOST_ROWS: Final = 100
_MOST_WORDS: Final = 20
_WELL_KNOWN: Final = re.compile(r"/\.well-known/openid-configuration/?$")
_BETWEEN: Final = re.compile(r"[\s,;]+")


class Why(StrEnum):
    """What is wrong with a field."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    STRANGE = "strange"  # signs that cannot be in it
    NO_ADDRESS = "no-address"
    TAKEN = "taken"  # this municipality has a provider with this issuer already
    SECRET_AGAIN = "secret-again"  # noqa: S105 - a secret goes to nobody but the issuer for which it was given
    HALF_ROW = "half-row"
    DOUBLE = "double"
    NO_ROLE = "no-role"  # a role that cannot be given in this place
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class Fault:
    """A field that is not right; `row` (from 1) when it is a row of the mapping."""

    field: str
    why: Why
    row: int = 0


@dataclass(frozen=True, slots=True)
class GivenProvider:
    """What was filled in. `secret` is "" to keep the one that there is; `rows` are values of the claim with the role that each gives."""

    label: str = ""
    issuer: str = ""
    client_id: str = ""
    secret: str = field(default="", repr=False)
    claim: str = "groups"
    rows: tuple[tuple[str, str], ...] = ()
    acr: str = ""
    amr: str = ""


@dataclass(frozen=True, slots=True)
class RoleMapping:
    """Which values of a claim give which roles, in the place of the provider and nowhere else.

    With `acr` or `amr` a provider must say that it used one of these classes, or one of these methods, to find out who somebody is.
    `managed` are the roles that the provider gives or ever gave: these follow the claims, all others the owner gives by hand.
    """

    claim: str
    roles: Mapping[str, Role]
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()
    managed: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckedProvider:
    """What was filled in, when it is right."""

    label: str
    issuer: str
    client_id: str
    secret: str = field(repr=False)
    mapping: RoleMapping


def check_given(given: GivenProvider, place: str, *, allow_local: bool) -> CheckedProvider | tuple[Fault, ...]:
    """Return what was filled in for a provider of a place, or everything that is wrong with it."""
    issuer = _WELL_KNOWN.sub("", given.issuer.strip())
    texts = {
        "label": (given.label, _LONGEST_LABEL),
        "client_id": (given.client_id, _LONGEST_WORD),
        "claim": (given.claim, _LONGEST_WORD),
    }
    faults = [fault for name, (text, longest) in texts.items() for fault in _text_faults(name, text, longest)]
    if not is_usable_address(issuer, allow_local=allow_local) or "?" in issuer:
        faults.append(Fault("issuer", Why.NO_ADDRESS if issuer else Why.EMPTY))
    faults += _secret_faults(given.secret.strip())
    faults += _row_faults(given.rows, place)
    faults += [fault for name in ("acr", "amr") for fault in _word_faults(name, _words(getattr(given, name)))]
    if faults:
        return tuple(faults)
    roles = {value.strip(): Role(role) for value, role in given.rows if value.strip()}
    mapping = RoleMapping(
        given.claim.strip(), roles, _words(given.acr), _words(given.amr), managed=frozenset(roles.values())
    )
    return CheckedProvider(given.label.strip(), issuer, given.client_id.strip(), given.secret.strip(), mapping)


def _text_faults(name: str, text: str, longest: int) -> Iterator[Fault]:
    text = text.strip()
    if not text:
        yield Fault(name, Why.EMPTY)
    elif len(text) > longest:
        yield Fault(name, Why.TOO_LONG)
    elif not text.isprintable() or (name == "client_id" and not text.isascii()):
        yield Fault(name, Why.STRANGE)


def _secret_faults(secret: str) -> Iterator[Fault]:
    if len(secret) > _LONGEST_SECRET:
        yield Fault("secret", Why.TOO_LONG)
    elif not (secret.isascii() and secret.isprintable()):
        yield Fault("secret", Why.STRANGE)


def _row_faults(rows: tuple[tuple[str, str], ...], place: str) -> Iterator[Fault]:
    """Yield what is wrong with rows. An empty one means nothing; without any row nobody could come in."""
    values = [value.strip() for value, _ in rows]
    if not any(values):
        yield Fault("rows", Why.EMPTY)
    if len(rows) > _MOST_ROWS:
        yield Fault("rows", Why.TOO_MANY)
        return
    for number, (value, (_, role)) in enumerate(zip(values, rows, strict=True), start=1):
        if not value and not role:
            continue
        if not value or not role:
            yield Fault("rows", Why.HALF_ROW, number)
        elif len(value) > _LONGEST_WORD:
            yield Fault("rows", Why.TOO_LONG, number)
        elif not value.isprintable():
            yield Fault("rows", Why.STRANGE, number)
        elif value in values[: number - 1]:
            yield Fault("rows", Why.DOUBLE, number)
        elif role not in {one.value for one in roles_for(place)}:
            yield Fault("rows", Why.NO_ROLE, number)


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a field with several.

    >>> _words(" mfa, hwk ")
    ('mfa', 'hwk')
    """
    return tuple(dict.fromkeys(word for word in _BETWEEN.split(text) if word))


def _word_faults(name: str, words: tuple[str, ...]) -> Iterator[Fault]:
    if len(words) > _MOST_WORDS or any(len(word) > _LONGEST_WORD for word in words):
        yield Fault(name, Why.TOO_LONG)
    elif not all(word.isprintable() for word in words):
        yield Fault(name, Why.STRANGE)
