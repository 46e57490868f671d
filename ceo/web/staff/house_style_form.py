"""Reading the form of a house style: a style, or everything that is wrong with it by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from litestar import Request
from litestar.datastructures import UploadFile
from pydantic import ValidationError

from ceo.web.forms import read_form
from ceo.web.languages import N_
from ceo.web.staff.pages import staff_words
from ceo.workflows.house.contact import Contact
from ceo.workflows.house.logos import is_logo, read_logo
from ceo.workflows.house.style import Style
from ceo.workflows.house.themes import DEFAULTS, FONTS, RADIUS, Theme, plain_value, read_theme
from questionnaires.problems import Problem

# What each name colours, in the order of the form.
COLOURS: Final[Mapping[str, str]] = {
    "--basis-color-action-1-inverse-bg-default": N_("Knoppen en de streep bovenaan"),
    "--basis-color-action-1-inverse-bg-hover": N_("Knoppen onder de muis"),
    "--basis-color-action-1-inverse-color-default": N_("Tekst op knoppen"),
    "--basis-color-action-1-color-default": N_("Links"),
    "--basis-color-action-1-bg-subtle": N_("Achtergrond van een gekozen antwoord"),
    "--basis-color-default-bg-document": N_("Achtergrond van de pagina"),
    "--basis-color-default-color-document": N_("Tekst"),
    "--basis-color-default-color-subtle": N_("Uitleg"),
    "--basis-color-default-border-default": N_("Randen"),
    "--basis-color-negative-color-default": N_("Foutmeldingen"),
    "--basis-color-warning-bg-subtle": N_("Achtergrond van een mededeling"),
    "--basis-color-warning-border-default": N_("Streep bij een mededeling"),
    "--basis-focus-background-color": N_("Achtergrond van waar u bent"),
    "--basis-focus-color": N_("Rand om waar u bent"),
}
ROUNDINGS: Final = {"0": N_("recht"), "0.25rem": N_("een beetje rond"), "0.75rem": N_("rond")}
FONTS_TO_CHOOSE: Final = {
    DEFAULTS[FONTS]: N_("die van het apparaat"),
    "Verdana, sans-serif": "Verdana",
    "Arial, sans-serif": "Arial",
    "Calibri, sans-serif": "Calibri",
    '"Trebuchet MS", sans-serif': "Trebuchet MS",
    "Georgia, serif": "Georgia",
}
CONTACT: Final[Mapping[str, str]] = {
    "phone": N_("Telefoon voor hulp bij het invullen"),
    "email": N_("E-mail voor hulp bij het invullen"),
    "address": N_("Adres waar mensen langs kunnen komen"),
    "website": N_("Website"),
    "privacy_officer": N_("E-mail voor vragen over privacy"),
    "complaints": N_("Waar mensen een klacht kunnen indienen (website of e-mail)"),
}


@dataclass(frozen=True, slots=True)
class StyleForm:
    """What was typed: values by the name of their field, and what is wrong with them."""

    style: Style
    typed: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)


def form_of(style: Style) -> StyleForm:
    """Return the form as it is filled in with a style."""
    contact = style.contact.model_dump(exclude_none=True)
    return StyleForm(style, {**style.theme.values, **{name: contact.get(name, "") for name in CONTACT}})


async def read_style_form(request: Request[Any, Any, Any], current: Style) -> StyleForm:
    """Return the style that a form asks for, with all its faults at once. A file of a theme goes before the single colours."""
    form = await read_form(request)
    typed = {name: next(iter(form.get(name, ())), "").strip() for name in (*DEFAULTS, *CONTACT)}
    faults: dict[str, str] = {}
    files = await request.form()
    theme = await _theme(request, files.get("thema"), typed, faults)
    contact = _contact(typed, faults)
    logo = await _logo(files.get("logo-bestand"), form, current, faults)
    style = Style(theme, logo, contact, current.number)
    return StyleForm(style, {**typed, **theme.values}, faults)


async def _theme(
    request: Request[Any, Any, Any], file: object, typed: Mapping[str, str], faults: dict[str, str]
) -> Theme:
    content = await file.read() if isinstance(file, UploadFile) and file.filename else b""
    if isinstance(file, UploadFile) and content:
        read = read_theme(content.decode("utf-8", errors="replace"), file.filename)
        if isinstance(read, Theme):
            return read
        faults["thema"] = told(read)
    values = {name: plain_value(name, typed[name]) for name in DEFAULTS}
    for name, value in values.items():
        if value is None:
            faults[name] = staff_words(
                request, N_("Dit kan niet: %(value)s. Kies iets uit de lijst."), value=typed[name]
            )
    chosen = {name: value for name, value in values.items() if value is not None and value != DEFAULTS[name]}
    return Theme(chosen)


async def _logo(file: object, form: Mapping[str, Sequence[str]], current: Style, faults: dict[str, str]) -> str:
    """Return the logo: of the file, or the one that a preview had, or the present one."""
    if "geen-logo" in form:
        return ""
    content = await file.read() if isinstance(file, UploadFile) and file.filename else b""
    if isinstance(file, UploadFile) and content:
        read = read_logo(content, file.filename)
        if isinstance(read, str):
            return read
        faults["logo-bestand"] = told(read)
    kept = next(iter(form.get("logo", ())), "")
    return kept if is_logo(kept) else current.logo


def _contact(typed: Mapping[str, str], faults: dict[str, str]) -> Contact:
    """Return the lines that can be kept; the others are among the faults."""
    kept: dict[str, str] = {}
    for name in CONTACT:
        if not typed[name]:
            continue
        try:
            Contact(**{name: typed[name]})
            kept[name] = typed[name]
        except ValidationError as error:
            faults[name] = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
    return Contact(**kept)


def told(problems: Sequence[Problem]) -> str:
    """Return problems as one text."""
    return " ".join(f"{problem.cause} {problem.cure}" for problem in problems)


def rules_of_preview(theme: Theme) -> str:
    """Return the style of the example beside the form: the same names, within the example only."""
    chosen = " ".join(f"{name}: {value};" for name, value in theme.values.items())
    words = f"color: var(--basis-color-default-color-document); font-family: var({FONTS});"
    back = "background: var(--basis-color-default-bg-document);"
    assert RADIUS in theme.values
    return f".example {{ {chosen} {words} {back} }}\n"
