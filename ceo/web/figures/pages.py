"""From a template of the public figures and its values to a page, in Dutch or English.

The language stands in the address (`?taal=en`), so that every page has one address in each language and may be kept by everybody.
What comes out of a release, such as a question, stays in the language in which it was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request
from markupsafe import Markup

from ceo.web.languages import SOURCE_LANGUAGE, format_day, format_number, staff_translations
from ceo.web.pages import icon_address, static_address

LANGUAGES: Final[Mapping[str, str]] = {"nl": "Nederlands", "en": "English"}
START: Final = "/cijfers"


def language_of(request: Request[Any, Any, Any]) -> str:
    """Return the language of an address; Dutch where it names none."""
    asked = request.query_params.get("taal", SOURCE_LANGUAGE)
    return asked if asked in LANGUAGES else SOURCE_LANGUAGE


class Links:
    """Addresses of the public figures in one language. `here` is that of the page itself, with its choices."""

    def __init__(self, language: str, path: str, choices: tuple[tuple[str, str], ...] = ()) -> None:
        self._language = language
        self._path = path
        self._choices = choices

    def to(self, path: str, **choices: str) -> str:
        """Return the address of a page below the start of the figures, in this language. Choices that are "" are left out."""
        return self._written(START + path, tuple(choices.items()), self._language)

    def here(self, language: str) -> str:
        """Return the address of this page in a language."""
        return self._written(self._path, self._choices, language)

    @property
    def hidden(self) -> Markup:
        """Return what a form needs to stay in this language."""
        if self._language == SOURCE_LANGUAGE:
            return Markup()
        return Markup('<input type="hidden" name="taal" value="{}">').format(self._language)

    @staticmethod
    def _written(path: str, choices: tuple[tuple[str, str], ...], language: str) -> str:
        said = [(name, value) for name, value in choices if value]
        if language != SOURCE_LANGUAGE:
            said.append(("taal", language))
        return quote(path) + (f"?{urlencode(said)}" if said else "")


def render_figures(template: str, language: str, links: Links, values: Mapping[str, Any]) -> str:
    """Return a page as text. A value that the template needs and does not get is our bug, and raises."""
    return _environment(language).get_template(f"figures/{template}").render(links=links, **values)


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("ceo.web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.install_gettext_translations(staff_translations(language), newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    # What stands in Dutch on a page in another language says so, or it is read aloud wrongly.
    environment.globals.update(
        language=language,
        languages=LANGUAGES,
        static=static_address,
        icon=icon_address(),
        dutch=Markup() if language == SOURCE_LANGUAGE else Markup(' lang="nl"'),
        spoken=Markup() if language == SOURCE_LANGUAGE else Markup(' lang="{}"').format(language),
    )
    environment.filters["day"] = lambda day: format_day(day, language)
    environment.filters["number"] = lambda number: format_number(number, language)
    return environment
