"""How the visitor of a page reads: the language and register that were chosen, and those that can be chosen there.

A client who has begun has the choice in the draft. Before that, and on pages that belong to no draft, a cookie holds it. Without a
choice the first language of the browser decides. English alone says little: many people who read Dutch have an English telephone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from litestar import Request, Response
from litestar.datastructures import Cookie

from ceo.web.languages import LANGUAGE_NAMES, SOURCE_LANGUAGE
from ceo.web.pages import page
from ceo.workflows.reader import Reader
from questionnaires.questionnaire import Questionnaire
from questionnaires.texts import direction_of

COOKIE: Final = "ceo_weergave"
STANDARD: Final = "standard"
EASY: Final = "easy"
_AMBIGUOUS: Final = "en"


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """One language of the switch, under its own name."""

    code: str
    name: str
    direction: str
    current: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """What can be chosen on a page. `register` is the other register, "" when there is none; `place` is where the choice leads back to."""

    languages: tuple[LanguageChoice, ...]
    register: str
    place: str


def reader_of(request: Request[Any, Any, Any], questionnaire: Questionnaire | None) -> Reader:
    """Return how a visitor reads who has no draft, within what the questionnaire of the page offers."""
    language, _, register = request.cookies.get(COOKIE, "").partition(".")
    if not register:
        language, register = _browser_language(request), STANDARD
    return within(Reader(language, register), questionnaire)


def within(reader: Reader, questionnaire: Questionnaire | None) -> Reader:
    """Return what of a choice is offered; the rest is Dutch and standard."""
    registers = (STANDARD, EASY) if questionnaire is None else questionnaire.registers
    return Reader(
        reader.language if reader.language in offered_languages(questionnaire) else SOURCE_LANGUAGE,
        reader.register if reader.register in registers else STANDARD,
    )


def offered_languages(questionnaire: Questionnaire | None) -> tuple[str, ...]:
    """Return the languages in which there are both questions and words for the page around them."""
    if questionnaire is None:
        return tuple(LANGUAGE_NAMES)
    return tuple(language for language in LANGUAGE_NAMES if language in questionnaire.languages)


def chosen_reader(form: Mapping[str, Sequence[str]], reader: Reader) -> Reader | None:
    """Return how a client wants to read who pressed a button of the switch; None when a form has no such button."""
    language, register = (next(iter(form.get(name, ())), "") for name in ("taal", "lezen"))
    if not language and not register:
        return None
    return replace(reader, language=language or reader.language, register=register or reader.register)


def keep_choice(answer: Response[Any], reader: Reader, *, secure: bool) -> None:
    """Let the browser remember how its user reads, for as long as it is open."""
    answer.set_cookie(
        Cookie(
            key=COOKIE,
            value=f"{reader.language}.{reader.register}",
            path="/",
            httponly=True,
            samesite="lax",
            secure=secure,
        )
    )


def reader_page(
    template: str, reader: Reader, questionnaire: Questionnaire | None, *, place: str, **values: Any
) -> Response[str]:
    """Answer with a page as its reader wants it, with the switch to read otherwise; `place` is the address of this page."""
    return page(template, language=reader.language, switch=_switch(reader, questionnaire, place), **values)


def _switch(reader: Reader, questionnaire: Questionnaire | None, place: str) -> Switch:
    other = STANDARD if reader.register == EASY else EASY
    has_other = questionnaire is not None and other in questionnaire.registers
    return Switch(_languages(offered_languages(questionnaire), reader.language), other if has_other else "", place)


@cache
def _languages(offered: tuple[str, ...], current: str) -> tuple[LanguageChoice, ...]:
    return tuple(LanguageChoice(code, LANGUAGE_NAMES[code], direction_of(code), code == current) for code in offered)


def _browser_language(request: Request[Any, Any, Any]) -> str:
    """Return the first language that the browser asks for, "" when that says too little."""
    first = request.headers.get("accept-language", "").partition(",")[0].partition(";")[0]
    language = first.partition("-")[0].strip().lower()
    return "" if language == _AMBIGUOUS else language
