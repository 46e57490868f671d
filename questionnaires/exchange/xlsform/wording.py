"""Texts of an XLSForm as ours can be: plain, without earlier answers in them, and not too long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from questionnaires.exchange.xlsform.form import Form, FormCell

MAX_TEXT: Final = 500
MAX_TITLE: Final = 60

_REFERENCE: Final = re.compile(r"\$\{[^}]*\}")
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")


def held_text(form: Form, cell: FormCell) -> str:
    """Return the text of a cell as far as it can be held; what is lost of it is put in the account."""
    text = cell.value
    if _REFERENCE.search(text):
        form.lose(cell, "Een eerder antwoord in de tekst gaat niet mee; er staat nu … op die plek.")
        text = _REFERENCE.sub("…", text)
    if _TAG.search(text):
        form.lose(cell, "De opmaak is weggelaten.")
        text = _TAG.sub("", text)
    if "{" in text or "}" in text:
        form.lose(cell, "Accolades betekenen hier iets anders; het zijn nu haakjes.")
        text = text.replace("{", "(").replace("}", ")")
    text = text.strip()
    if len(text) > MAX_TEXT:
        form.lose(cell, f"Een tekst heeft hoogstens {MAX_TEXT} tekens; de rest is weggelaten.")
        text = text[: MAX_TEXT - 1].rstrip() + "…"
    return text


def held_texts(form: Form, cells: Mapping[str, FormCell]) -> dict[str, str]:
    """Return the texts of cells by language, as far as they can be held."""
    return {language: text for language, cell in cells.items() if (text := held_text(form, cell))}


def short_title(text: str) -> str:
    """Return a text as a title for tables.

    >>> short_title("Hoe vaak")
    'Hoe vaak'
    """
    flat = " ".join(text.split())
    return flat if len(flat) <= MAX_TITLE else flat[: MAX_TITLE - 1].rstrip() + "…"


def slug(text: str, *, start: str, longest: int = 36) -> str:
    """Return a text as a name: small letters, digits and underscores; `start` stands before what begins otherwise.

    >>> slug("Ja, altijd!", start="c"), slug("1", start="c")
    ('ja_altijd', 'c1')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (name if name[:1].isalpha() else start + name)[:longest].rstrip("_")


def unused(name: str, used: set[str]) -> str:
    """Return a name, with a number behind it when it is used already, and count it as used.

    >>> unused("ja", {"ja"})
    'ja_2'
    """
    found, number = name, 2
    while found in used:
        found, number = f"{name}_{number}", number + 1
    used.add(found)
    return found
