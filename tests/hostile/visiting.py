"""A visitor of the application in this process: holds cookies, reads pages, and fills in forms at random."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from hostile.sending import Reply, Wire, cookie_header, form, send
from litestar import Litestar
from web.reading import Form, Served

Fields = list[tuple[str, str]]


class Visitor:
    """One browser: cookies, and the forms that it saw. `look` is called with every request and its answer."""

    def __init__(
        self, app: Litestar, *, client: str = "192.0.2.1", look: Callable[[Wire, Reply], None] | None = None
    ) -> None:
        self.app = app
        self.client = client
        self.look = look
        self.cookies: dict[str, str] = {}
        self.place = ""
        self.reply = Reply()
        self._page = ""
        self._forms: list[Form] | None = []

    @property
    def forms(self) -> list[Form]:
        """The forms of the last page that was for answering; a page is read when somebody wants to know."""
        if self._forms is None:
            self._forms = Served(self._page).all_forms
        return self._forms

    async def open(self, address: str) -> Reply:
        """Open an address and follow where it leads."""
        for _ in range(10):
            self.place = address.partition("?")[0]
            reply = await self.take(Wire("GET", address, cookie_header(self.cookies), client=self.client))
            if reply.status != 303:
                return reply
            address = reply.header("location")
        raise AssertionError(f"sent round in a circle at {address}")

    async def post(self, address: str, fields: Iterable[tuple[str, str]]) -> Reply:
        """Send a form and do not follow where it leads."""
        return await self.take(form(address, fields, cookies=self.cookies, client=self.client))

    async def take(self, wire: Wire) -> Reply:
        """Send any request, and keep the cookies and forms that come back."""
        self.reply = await send(self.app, wire)
        if self.look is not None:
            self.look(wire, self.reply)
        self._notice(self.reply)
        return self.reply

    def main_form(self) -> Form:
        """The form of the page on the screen that is for answering and not for reading otherwise."""
        return next(one for one in self.forms if not one.action.endswith("/weergave"))

    def _notice(self, reply: Reply) -> None:
        for name, value in reply.cookies.items():
            if value and value != "null":
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        if reply.status in {200, 409, 422} and reply.header("content-type").startswith("text/html"):
            self._page, self._forms = reply.text, None


def filled_at_random(one: Form, chance: random.Random) -> Fields:
    """Return what a browser sends after somebody chose or typed anything, and pressed one of the buttons that go on."""
    sent: Fields = []
    options: dict[str, list[str]] = {}
    for control in one.fields:
        if control.kind == "radio":
            options.setdefault(control.name, []).append(control.value)
        elif control.kind == "checkbox":
            if chance.random() < 0.5:
                sent.append((control.name, control.value))
        elif control.kind == "hidden":
            sent.append((control.name, control.value))
        else:
            sent.append((control.name, chance.choice(["1", "3", "7", "12", "2024", "Goede hulp", ""])))
    sent += [(name, chance.choice(values)) for name, values in options.items()]
    onward = [(name, value) for name, value, _ in one.buttons if name and value != "stoppen" and name != "taal"]
    return [*sent, chance.choice(onward)] if onward else sent
