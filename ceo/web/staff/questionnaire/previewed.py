"""What somebody does in a preview: how the pages are read, and the answers that were given. It is kept in a cookie and nowhere else.

What the cookie holds are the fields of the forms, cut short. They are read again each time, as if they were sent again: so nothing is
believed that the questionnaire does not allow, also when it has changed meanwhile.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from litestar import Request
from litestar.datastructures import Cookie

from ceo.web.resident.drawing import fields_of
from questionnaires.answering import Form, read_page, skip_page
from questionnaires.answers import Answer
from questionnaires.expressions.facts import Circumstances
from questionnaires.questionnaire import Page, Questionnaire

COOKIE: Final = "ceo_voorbeeld"
# Of a text: enough to recognise it. A cookie holds four thousand characters at most.
_LONGEST_TEXT: Final = 60
_LONGEST_COOKIE: Final = 3800
# What a cookie unpacks to; more was not packed by us.
_LARGEST: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Previewed:
    """How a preview is read and how far it is: the fields of the pages that were answered, and the pages that were skipped.

    `narrow`: drawn as wide as a telephone.
    """

    language: str = "nl"
    register: str = "standard"
    narrow: bool = True
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()

    def within(self, questionnaire: Questionnaire) -> Previewed:
        """Return the same, in a language and register that the questionnaire has."""
        return replace(
            self,
            language=self.language if self.language in questionnaire.languages else "nl",
            register=self.register if self.register in questionnaire.registers else "standard",
        )

    @property
    def circumstances(self) -> Circumstances:
        """Return how somebody fills in who reads so."""
        return Circumstances(self.language, "web", self.register)

    def answers(self, questionnaire: Questionnaire) -> dict[str, Answer]:
        """Return the answers that the fields hold, of every page that was answered or skipped."""
        found: dict[str, Answer] = {}
        for page in questionnaire.pages:
            if page.id in self.skipped:
                found.update(skip_page(questionnaire, page))
            if any(name in self.fields for name in names_of(questionnaire, page)):
                found.update(read_page(questionnaire, page, self.fields).answers)
        return found

    def after(self, questionnaire: Questionnaire, page: Page, form: Form, *, skipped: bool) -> Previewed:
        """Return the same after a page was answered, or left out."""
        names = names_of(questionnaire, page)
        given = {name: tuple(text[:_LONGEST_TEXT] for text in form.get(name, ())) for name in names}
        kept = {name: values for name, values in {**self.fields, **given}.items() if any(values)}
        others = self.skipped - {page.id}
        return replace(self, fields=kept, skipped=others | {page.id} if skipped else others)


def names_of(questionnaire: Questionnaire, page: Page) -> tuple[str, ...]:
    """Return the names of all controls of a page."""
    return tuple(name for item in page.items for name in fields_of(questionnaire.item(item)))


def preview_cookie(request: Request[Any, Any, Any], previewed: Previewed, path: str) -> Cookie:
    """Return the cookie of one preview: the browser brings it to that preview only, and forgets it when it closes."""
    secure = bool(request.app.state.secure)
    return Cookie(key=COOKIE, value=to_cookie(previewed), path=path, httponly=True, samesite="lax", secure=secure)


def to_cookie(previewed: Previewed) -> str:
    """Return the value of the cookie; with too much in it, the answers are left out."""
    packed = _pack(previewed)
    return packed if len(packed) <= _LONGEST_COOKIE else _pack(replace(previewed, fields={}, skipped=frozenset()))


def from_cookie(value: str) -> Previewed:
    """Return what a cookie holds; one that is not of ours holds nothing.

    >>> from_cookie(to_cookie(Previewed("ar", fields={"GES01": ("ja",)}))).fields
    {'GES01': ('ja',)}
    >>> from_cookie("onzin").language
    'nl'
    """
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(base64.urlsafe_b64decode(value[:_LONGEST_COOKIE]), _LARGEST)
        return _read(json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error, binascii.Error):
        return Previewed()


def _pack(previewed: Previewed) -> str:
    content = {
        "t": previewed.language,
        "l": previewed.register,
        "s": previewed.narrow,
        "v": previewed.fields,
        "o": sorted(previewed.skipped),
    }
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(content).encode(), 9)).decode()


def _read(content: dict[str, Any]) -> Previewed:
    fields = {str(name): tuple(map(str, values)) for name, values in content["v"].items()}
    skipped = frozenset(map(str, content["o"]))
    return Previewed(str(content["t"]), str(content["l"]), bool(content["s"]), fields, skipped)
