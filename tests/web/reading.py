"""Reading pages as a browser without script does: links, forms with what is filled in, and nothing that is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

_VOID = frozenset({"meta", "link", "input", "br", "img", "hr"})
# Elements of which somebody asks what they hold.
_TOLD = frozenset({"title", "h1", "h2", "a", "button", "textarea"})


@dataclass
class Field:
    """A control of a form with its value; `on` when the browser would send it untouched. `options` of a list to choose from."""

    kind: str
    name: str
    value: str
    on: bool
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form with its controls and buttons (name, value, words)."""

    method: str
    action: str
    id: str = ""
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def asked(self) -> set[str]:
        """The names of what a person can fill in."""
        return {control.name for control in self.fields if control.kind != "hidden"}

    def filled(self, given: Mapping[str, Sequence[str]], button: str) -> list[tuple[str, str]]:
        """Return what a browser sends after filling in and pressing a button; only what is on the page can be chosen."""
        assert set(given) <= self.asked, f"{set(given) - self.asked} is not asked here"
        sent = []
        for control in self.fields:
            if control.kind in {"radio", "checkbox"}:
                if control.value in given[control.name] if control.name in given else control.on:
                    sent.append((control.name, control.value))
            else:
                sent.append((control.name, given[control.name][0] if control.name in given else control.value))
        for control in self.fields:
            if control.kind == "select" and control.name in given:
                assert given[control.name][0] in control.options, (
                    f"{given[control.name]} is no option of {control.name}"
                )
        offered = {(control.name, control.value) for control in self.fields if control.kind in {"radio", "checkbox"}}
        for name, values in given.items():
            if any(control.name == name and control.kind in {"radio", "checkbox"} for control in self.fields):
                assert {(name, value) for value in values} <= offered, f"{values} cannot be chosen for {name}"
        name, value = next((name, value) for name, value, words in self.buttons if words == button)
        return [*sent, (name, value)] if name else sent


class Served(HTMLParser):
    """A page as it was served."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.all_forms: list[Form] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        # With the number of words that came before each.
        self._open: list[tuple[str, dict[str, str], int]] = []
        self._apart: list[tuple[str, tuple[str, str, str]]] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {self._open}"
        for form in self.all_forms:  # buttons outside their form stand in front of it
            form.buttons[:0] = [button for owner, button in self._apart if owner == form.id]

    @property
    def text(self) -> str:
        """All words on the page."""
        return " ".join(" ".join(self.words).split())

    @property
    def forms(self) -> list[Form]:
        """The forms of the page itself; how it is read has a form of its own."""
        return [form for form in self.all_forms if not form.action.endswith("/weergave")]

    @property
    def form(self) -> Form:
        """The only form of the page itself."""
        [form] = self.forms
        return form

    def link(self, words: str) -> str:
        """Return where a link leads."""
        return next(href for href, text in self.links if text == words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and remember that it is open."""
        found = {name: value or "" for name, value in attrs}
        self.elements.append((tag, found))
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "form":
            self.all_forms.append(Form(found.get("method", "get"), found.get("action", ""), found.get("id", "")))
        if tag == "input":
            kind = found.get("type", "text")
            on = "checked" in found if kind in {"radio", "checkbox"} else True
            self.all_forms[-1].fields.append(Field(kind, found["name"], found.get("value", ""), on))
        if tag == "select":
            self.all_forms[-1].fields.append(Field("select", found["name"], "", on=True))
        if tag == "option":
            chosen = self.all_forms[-1].fields[-1]
            chosen.options.append(found["value"])
            if "selected" in found or len(chosen.options) == 1:
                chosen.value = found["value"]
        if tag not in _VOID:
            self._open.append((tag, found, len(self.words)))

    def handle_data(self, data: str) -> None:
        """Note words; they are in every element that is open."""
        self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Note what an element held."""
        opened, attributes, before = self._open.pop()
        assert opened == tag, f"{tag} closes {opened}"
        if tag not in _TOLD:
            return
        held = "".join(self.words[before:])
        words = " ".join(held.split())
        if tag == "title":
            self.title = words
        elif tag in {"h1", "h2"}:
            self.headings.append(words)
        elif tag == "a":
            self.links.append((attributes.get("href", ""), words))
        elif tag == "button" and "popovertarget" not in attributes:  # one that only opens something sends nothing
            button = (attributes.get("name", ""), attributes.get("value", ""), words)
            if "form" in attributes:
                self._apart.append((attributes["form"], button))
            else:
                self.all_forms[-1].buttons.append(button)
        elif tag == "textarea" and "name" in attributes:
            value = held.removeprefix("\n")
            self.all_forms[-1].fields.append(Field("textarea", attributes["name"], value, on=True))


class Resident:
    """Somebody with a browser: opens addresses, follows links, fills in forms, and keeps the answers of the server."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.answers: list[httpx.Response] = []
        # Read once each: a page is looked at from many sides, and reading it costs as much as making it.
        self._read: tuple[httpx.Response, Served] | None = None

    @property
    def answer(self) -> httpx.Response:
        """The last answer of the server."""
        return self.answers[-1]

    @property
    def page(self) -> Served:
        """The page that is on the screen."""
        if self._read is None or self._read[0] is not self.answer:
            self._read = (self.answer, Served(self.answer.text))
        return self._read[1]

    @property
    def place(self) -> str:
        """The address bar, without the host."""
        return self.answer.request.url.path

    async def open(self, address: str) -> Served:
        """Open an address and follow where it sends the browser."""
        return await self._follow(await self.client.get(address))

    async def press(self, button: str, given: Mapping[str, Sequence[str]] | None = None) -> Served:
        """Fill in the form of the page that has a button, and press it."""
        form = next(form for form in self.page.all_forms if button in [words for _, _, words in form.buttons])
        return await self.post(form.action, form.filled(given or {}, button))

    async def post(
        self, address: str, fields: Sequence[tuple[str, str]], headers: Mapping[str, str] | None = None
    ) -> Served:
        """Send fields as a form, also such as no page offers."""
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        return await self._follow(await self.client.post(address, data=data, headers=headers))

    async def _follow(self, answer: httpx.Response) -> Served:
        self.answers.append(answer)
        while answer.is_redirect:
            answer = await self.client.get(answer.headers["location"])
            self.answers.append(answer)
        return self.page
