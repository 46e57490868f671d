"""From a template and its values to an answer of the server."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Response
from litestar.enums import MediaType
from litestar.status_codes import HTTP_200_OK

from ceo.web.languages import SOURCE_LANGUAGE, format_day, format_number, translations


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
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    environment.filters["day"] = lambda day: format_day(day, language)
    environment.filters["number"] = lambda number: format_number(number, language)
    environment.globals["language"] = language
    return environment


def render(template: str, **values: Any) -> str:
    """Return a page as text. A value that the template needs and does not get is our bug, and raises."""
    return _environment(SOURCE_LANGUAGE).get_template(template).render(values)


def page(
    template: str, *, status: int = HTTP_200_OK, headers: dict[str, str] | None = None, **values: Any
) -> Response[str]:
    """Answer with a page."""
    return Response(render(template, **values), status_code=status, media_type=MediaType.HTML, headers=headers)
