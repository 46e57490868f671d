"""Random forms on every address that takes one: real forms with parts changed, forms made up, odd envelopes and stolen keys."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Final

from hostile import strangeness
from hostile.places import Place, places
from hostile.sending import FORM, Wire, cookie_header, form
from hostile.visiting import Fields, filled_at_random
from hostile.world import OWN_WORD, Attacker, World

_KEY_COOKIE: Final = "ceo_toegang"
_OPTIONS_KEPT: Final = 60


class Storm:
    """Sends random forms as hostile residents; the same seed sends the same."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.targets = [place for place in places(world.site.app) if "POST" in place.methods]
        self.pages = [place for place in places(world.site.app) if "GET" in place.methods]
        self.names: list[str] = []
        self.page_ids: list[str] = ["gesprek"]
        self.posted: dict[Place, int] = dict.fromkeys(self.targets, 0)

    async def rage(self, requests: int) -> None:
        """Send a number of forms."""
        for _ in range(requests):
            attacker = self.chance.choice(self.world.attackers)
            # From all over the world: the limit on guessing would make them wait, and has tests of its own.
            attacker.visitor.client = (
                f"2001:db8:{self.chance.randrange(0x10000):x}:{self.chance.randrange(0x10000):x}::1"
            )
            if _KEY_COOKIE not in attacker.visitor.cookies and self.chance.random() < 0.3:
                await attacker.come_in()
            wire = self._wire(attacker)
            self._count(wire)
            reply = await attacker.visitor.take(wire)
            if reply.status == 303 and self.chance.random() < 0.25:
                await attacker.visitor.open(reply.header("location"))
            elif self.chance.random() < 0.05:
                await attacker.visitor.take(self._visit(attacker))

    def _wire(self, attacker: Attacker) -> Wire:
        kinds: list[Callable[[Attacker], Wire]] = [
            self._changed_form,
            self._made_up,
            self._odd_envelope,
            self._with_stolen_key,
        ]
        [kind] = self.chance.choices(kinds, weights=[50, 30, 12, 8])
        return kind(attacker)

    def _changed_form(self, attacker: Attacker) -> Wire:
        """A form that a page offered, filled in; mostly with a few fields changed, doubled or left out."""
        if not attacker.visitor.forms:
            return self._made_up(attacker)
        self._learn(attacker)
        offered = self.chance.choice(attacker.visitor.forms)
        fields = filled_at_random(offered, self.chance)
        for _ in range(self.chance.choice([0, 0, 1, 1, 2, 5])):
            fields = self._change(fields)
        return form(offered.action, fields, cookies=attacker.visitor.cookies, client=attacker.visitor.client)

    def _change(self, fields: Fields) -> Fields:
        chance = self.chance
        where = chance.randrange(len(fields)) if fields else 0
        name = fields[where][0] if fields else strangeness.name(chance, self.names)
        value = fields[where][1] if fields else ""
        new = strangeness.row_version(chance, value) if name == "versie" else self._value()
        changes: list[Fields] = [
            [*fields[:where], (name, new), *fields[where + 1 :]],
            [*fields, (name, new)],
            [*fields[:where], *fields[where + 1 :]],
            [*fields, (strangeness.name(chance, self.names), new)],
            fields * 20,
        ]
        [changed] = chance.choices(changes, weights=[6, 2, 2, 2, 1])
        return changed

    def _made_up(self, attacker: Attacker) -> Wire:
        """A form on any address, with any fields."""
        number = self.chance.choice([0, 1, 2, 3, 5, 8, 40])
        fields = [(strangeness.name(self.chance, self.names), self._value()) for _ in range(number)]
        return form(
            self._address(self._rare(), attacker),
            [*fields, ("actie", self.chance.choice(strangeness.ACTIONS))],
            cookies=attacker.visitor.cookies,
            headers=self._odd_headers(),
            client=attacker.visitor.client,
        )

    def _rare(self) -> Place:
        """Choose an address that got as few forms as any: there are many, and each must get some."""
        fewest = min(self.posted.values())
        return self.chance.choice([place for place in self.targets if self.posted[place] == fewest])

    def _odd_envelope(self, attacker: Attacker) -> Wire:
        """A form in another wrapping than pages use, or in one that is broken."""
        kind, body = self.chance.choice(list(self._envelopes().items()))
        headers = (("content-type", kind.encode("utf-8", "surrogatepass")), *cookie_header(attacker.visitor.cookies))
        return Wire(
            "POST", self._address(self.chance.choice(self.targets), attacker), headers, body, attacker.visitor.client
        )

    def _envelopes(self) -> Mapping[str, tuple[bytes, ...]]:
        value = self._value().encode("utf-8", "surrogatepass")
        name = strangeness.name(self.chance, self.names).encode("utf-8", "surrogatepass")
        part = b'--x\r\nContent-Disposition: form-data; name="' + name + b'"\r\n'
        return {
            "multipart/form-data; boundary=x": (part, b"\r\n", value, b"\r\n--x--\r\n"),
            'multipart/form-data; boundary="x"': (part * 3, b"\r\n", value),
            "multipart/form-data; boundary=x; charset=latin-1": (
                part,
                b"Content-Type: text/plain; charset=",
                value,
                b"\r\n\r\n--x--",
            ),
            "multipart/form-data": (value,),
            "application/json": (b'{"versie": ' + value + b"}",),
            "text/plain": (value,),
            FORM: (self.chance.randbytes(200), value),
            f"{FORM}; charset=utf-7": (name + b"=" + value,),
            strangeness.text(self.chance).replace("\r", "").replace("\n", ""): (value,),
        }

    def _with_stolen_key(self, attacker: Attacker) -> Wire:
        """Somebody else's cookie as far as one can know or guess it, or one's own key in another municipality."""
        stranger = self.chance.choice(self.world.strangers)
        guesses = [
            stranger.access_hash,
            stranger.draft_id,
            stranger.pseudonym,
            attacker.key.secret.upper(),
            "0" * 64,
            self.chance.randbytes(32).hex(),
            strangeness.text(self.chance).replace(";", ""),
        ]
        elsewhere = self.chance.choice(self.world.rounds).municipality
        own = self.chance.random() < 0.3
        home = f"/{elsewhere}" if own else attacker.home
        cookies = {_KEY_COOKIE: attacker.key.secret if own else self.chance.choice(guesses)}
        target = self._address(self.chance.choice(self.targets), attacker).replace(attacker.home, home, 1)
        fields = filled_at_random(attacker.visitor.forms[-1], self.chance) if attacker.visitor.forms else []
        return form(target, fields, cookies=cookies, client=attacker.visitor.client)

    def _visit(self, attacker: Attacker) -> Wire:
        address = self._address(self.chance.choice(self.pages), attacker)
        return Wire("GET", address, cookie_header(attacker.visitor.cookies), client=attacker.visitor.client)

    def _address(self, place: Place, attacker: Attacker) -> str:
        def filled_in(parameter: str) -> str:
            if parameter == "municipality_code" and self.chance.random() < 0.97:
                return attacker.home[1:]
            if parameter == "page_id" and self.chance.random() < 0.8:
                return self.chance.choice(self.page_ids)
            return self.chance.choice(strangeness.SEGMENTS)

        return place.address(filled_in)

    def _value(self) -> str:
        return OWN_WORD if self.chance.random() < 0.1 else strangeness.text(self.chance)

    def _odd_headers(self) -> tuple[tuple[str, bytes], ...]:
        if self.chance.random() < 0.8:
            return ()
        name = self.chance.choice(
            ["accept-language", "origin", "referer", "x-forwarded-for", "forwarded", "content-length"]
        )
        value = strangeness.text(self.chance).encode("utf-8", "surrogatepass")
        return ((name, value.replace(b"\r", b"").replace(b"\n", b"").replace(b"\x00", b"")),)

    def _learn(self, attacker: Attacker) -> None:
        """Remember the names of fields and of pages that were seen, to use them elsewhere."""
        for offered in attacker.visitor.forms:
            self.names = list(dict.fromkeys([*(control.name for control in offered.fields), *self.names]))[
                :_OPTIONS_KEPT
            ]
            if "/vraag/" in offered.action:
                self.page_ids = list(dict.fromkeys([offered.action.rpartition("/")[2], *self.page_ids]))[:_OPTIONS_KEPT]

    def _count(self, wire: Wire) -> None:
        parts = wire.path.strip("/").split("/")
        for place in self.targets:
            if len(place.parts) == len(parts) and all(
                known[:1] == "{" or known == part for known, part in zip(place.parts, parts, strict=True)
            ):
                self.posted[place] += 1
                return
