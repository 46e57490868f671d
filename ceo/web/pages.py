"""From a template and its values to an answer of the server."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import PackageLoader, StrictUndefined
from litestar import Litestar, Request, Response
from litestar.enums import MediaType
from litestar.response.base import ASGIResponse
from litestar.status_codes import HTTP_200_OK
from markupsafe import Markup

from ceo.web.compressing import packed_files
from ceo.web.conversations import way_back
from ceo.web.drawn_pages import DrawnPages
from ceo.web.folding import FoldingEnvironment
from ceo.web.held_keys import OWNER_MARK, owner_of_pages
from ceo.web.house import House, house_of
from ceo.web.languages import SOURCE_LANGUAGE, format_day, format_number, translations
from questionnaires.texts import direction_of

# The style of reports belongs to the room that writes them.
STATIC_FOLDERS: Final = tuple(Path(str(files(room).joinpath("static"))) for room in ("ceo.web", "exports"))
_DRAWN: Final = DrawnPages()


@cache
def static_address(name: str) -> str:
    """Return the address of a file that pages use. It changes with the content, so that browsers may keep the file for a year."""
    return f"/static/{name}?v={packed_files(*STATIC_FOLDERS)[name].version}"


@cache
def icon_address() -> str:
    """Return the small picture of a tab of the browser as a `data:` URI, so that it costs no request."""
    drawing = files("ceo.web").joinpath("static", "icon.svg").read_text(encoding="utf-8")
    return "data:image/svg+xml," + quote(drawing.strip(), safe="/:=,;")


@cache
def _environment(language: str) -> FoldingEnvironment:
    environment = FoldingEnvironment(
        loader=PackageLoader("ceo.web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    environment.same_calls = {"_": translations(language).gettext, "static": static_address}
    environment.same_names = {
        "language": language,
        "direction": direction_of(language),
        "icon": icon_address(),
        "owner": OWNER_MARK,
    }
    environment.filters["day"] = lambda day: format_day(day, language)
    environment.filters["number"] = lambda number: format_number(number, language)
    environment.filters["dialled"] = _dialled
    environment.filters["unbroken"] = _unbroken
    environment.filters["ltr"] = _left_to_right if direction_of(language) == "rtl" else str
    return environment


def render(template: str, language: str, house: House, **values: Any) -> str:
    """Return a page as text. A value that the template needs and does not get is our bug, and raises."""
    return _environment(language).get_template(template).render(house=house, **values)


def page(
    template: str,
    *,
    language: str = SOURCE_LANGUAGE,
    status: int = HTTP_200_OK,
    headers: dict[str, str] | None = None,
    alike: bool = False,
    **values: Any,
) -> Response[str]:
    """Answer with a page, in the house of the municipality that the address names.

    `alike`: its values, which can be compared then, are those of many people, and hold nobody's answers.
    """
    return _Drawn(template, language, values, alike=alike, status=status, headers=headers)


class _Drawn(Response[str]):
    """A page that is drawn when it is sent, because only the request tells in which house."""

    def __init__(
        self,
        template: str,
        language: str,
        values: dict[str, Any],
        *,
        alike: bool,
        status: int,
        headers: dict[str, str] | None,
    ) -> None:
        super().__init__("", status_code=status, media_type=MediaType.HTML, headers=headers)
        self._alike = alike
        self._template = template
        self._language = language
        self._values = values

    def to_asgi_response(self, app: Litestar | None, request: Request[Any, Any, Any], **options: Any) -> ASGIResponse:
        """Return the page as it goes over the line."""
        house, back = house_of(request), way_back(request)
        whose = (self._template, self._language, house, back)
        drawn = (
            _DRAWN.find(whose, self._values, lambda: self._draw(house, back))
            if self._alike
            else self._draw(house, back)
        )
        self.content = drawn.replace(OWNER_MARK, owner_of_pages(request)) if OWNER_MARK in drawn else drawn
        return super().to_asgi_response(app, request, **options)

    def _draw(self, house: House, back: str) -> str:
        return render(self._template, self._language, house, way_back=back, **self._values)


def _dialled(phone: str) -> str:
    """Return a telephone number as a telephone dials it.

    >>> _dialled("0800 0000 (voorbeeld)"), _dialled("+31 30 123 45 67")
    ('08000000', '+31301234567')
    """
    return "".join(sign for sign in phone if sign.isdecimal() or sign == "+")


def _unbroken(phone: str) -> str:
    """Return a telephone number that stays on one line."""
    return phone.replace(" ", "\N{NO-BREAK SPACE}")


def _left_to_right(name: str) -> Markup:
    """Return a name or number that reads from left to right, also within a line that runs from right to left."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(name)
