"""How the visitor of a page reads: the language and register that were chosen, and those that can be chosen there.

The first that says something decides:

1. what was chosen: a button that was just pressed, or the draft of a client who has begun;
2. the language of the invitation, once invitations keep one: `reader_of` is its place;
3. the choice that this browser remembers in a cookie;
4. what the browser asks for: of the languages that are offered, the one that it wants most;
5. Dutch.

A browser that asks for English says little: many people who read Dutch have an English telephone, and browsers in other
languages add English by themselves. Who wants English chooses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, Final

from babel import negotiate_locale
from litestar import Request, Response
from litestar.datastructures import Cookie

from ceo.web.languages import LANGUAGE_NAMES, SOURCE_LANGUAGE
from ceo.web.pages import page
from ceo.workflows.answering.reader import Reader
from questionnaires.questionnaire import Questionnaire
from questionnaires.texts import direction_of

COOKIE: Final = "ceo_weergave"
STANDARD: Final = "standard"
EASY: Final = "easy"
_AMBIGUOUS: Final = "en"
# In characters. Browsers that people use send less; what is longer is read as far as this.
_LONGEST_WISH: Final = 200


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

    @property
    def current(self) -> str:
        """Return the name of the language that is read now."""
        return next(choice.name for choice in self.languages if choice.current)


def reader_of(request: Request[Any, Any, Any], questionnaire: Questionnaire | None) -> Reader:
    """Return how a visitor reads who has no draft, within what the questionnaire of the page offers."""
    language, _, register = request.cookies.get(COOKIE, "").partition(".")
    if not register:
        wish = request.headers.get("accept-language", "")[:_LONGEST_WISH]
        language, register = _negotiated(wish, offered_languages(questionnaire)), STANDARD
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


@lru_cache(maxsize=256)
def _negotiated(wish: str, offered: tuple[str, ...]) -> str:
    """Return the offered language that an Accept-Language header wants most; "" when it says too little.

    >>> _negotiated("pl;q=0.4, ar-SY;q=0.8, *;q=0.1", ("nl", "ar", "pl"))
    'ar'
    >>> _negotiated("so, en-US;q=0.9", ("nl", "en"))
    ''
    """
    clear = [language for language in _wanted(wish) if language.partition("-")[0] != _AMBIGUOUS]
    return negotiate_locale(clear, offered, sep="-") or ""


def _wanted(wish: str) -> list[str]:
    """Return the languages of an Accept-Language header, the most wanted first (RFC 9110, section 12.5.4).

    An entry whose weight is no number from 0 to 1 is left out; weight 0 says that a language is not wanted.

    >>> _wanted("nl-BE;q=0.5, tr, fr;q=0, de;q=veel")
    ['tr', 'nl-be']
    """
    entries = (entry.partition(";") for entry in wish.lower().split(","))
    weighed = [(_weight(parameters), tag.strip()) for tag, _, parameters in entries]
    return [tag for weight, tag in sorted(weighed, key=lambda entry: -entry[0]) if weight > 0]


def _weight(parameters: str) -> float:
    """Return the weight of an entry: 1 when it has none, 0 when it is not a weight."""
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
