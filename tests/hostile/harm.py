"""What no answer of the server may ever do, whatever it was asked."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Final

from hostile.sending import Reply, Wire

# Addresses in elements: where a browser goes, what it loads, where it sends.
_ADDRESSES: Final = frozenset({"href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "ping"})
_OWN_ADDRESS: Final = re.compile(r"(?:/(?![/\\])|#|\?|$|tel:|mailto:|https://)")
_OWN_PLACE: Final = re.compile(r"/(?![/\\])[ -~]*")
# Elements that load, embed or redirect; none of our pages has one.
_NEVER: Final = frozenset(
    {"base", "iframe", "object", "embed", "applet", "frame", "style", "template", "math", "foreignobject"}
)
_HEADERS: Final = {
    "x-content-type-options": re.compile("nosniff"),
    "x-frame-options": re.compile("DENY"),
    "referrer-policy": re.compile("same-origin|no-referrer, strict-origin"),
    "content-security-policy": re.compile(".*default-src 'none'.*"),
}
_POLICY_PARTS: Final = ("base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'")
_LOOSE: Final = re.compile(r"unsafe-|\*|https?:|(?:script|object|connect|frame|worker)-src[^;]*(?:data:|blob:)")


class Watch:
    """Looks at every answer.

    `secrets` belong to others than the attacker, `codes` are those of letters, `private` is what anybody answered.
    """

    def __init__(self, *, secrets: Iterable[str], codes: Iterable[str], private: Iterable[str] = ()) -> None:
        self._secrets = _any_of(secrets)
        self._codes = _any_of(codes)
        self._private = _any_of(private)
        self._seen: set[int] = set()
        self.statuses: dict[int, int] = {}

    def look(self, wire: Wire, reply: Reply) -> None:
        """Fail when an answer does harm; say which request it was."""
        self.statuses[reply.status] = self.statuses.get(reply.status, 0) + 1
        try:
            self._look(reply)
        except AssertionError as harm:
            raise AssertionError(f"{harm}\n{wire}\n{reply.status} {reply.headers}\n{reply.body[:3000]!r}") from harm

    def _look(self, reply: Reply) -> None:
        assert 200 <= reply.status < 500, "a fault of ours"
        self._look_at_headers(reply)
        fingerprint = hash(reply.body)
        if fingerprint in self._seen:  # most answers are equal to one that was looked at
            return
        self._seen.add(fingerprint)
        text = reply.body.decode("utf-8", "replace")
        assert not (found := self._secrets.search(text)), f"shows what belongs to somebody else: {found}"
        if "no-store" not in reply.header("cache-control"):
            assert not self._private.search(text), "an answer that holds answers may be kept by a cache"
        if reply.header("content-type").startswith("text/html"):
            assert_nothing_runs(text)

    def _look_at_headers(self, reply: Reply) -> None:
        for name, shape in _HEADERS.items():
            assert shape.fullmatch(reply.header(name)), f"{name}: {reply.header(name)!r}"
        policy = reply.header("content-security-policy")
        assert all(part in policy for part in _POLICY_PARTS), policy
        assert not _LOOSE.search(policy), policy
        assert reply.header("cache-control"), "nothing says whether this may be kept"
        for name, value in reply.headers:
            assert not re.search(r"[\r\n\x00]", name + value), f"a line break in {name}"
            assert not self._codes.search(value), f"a code in {name}"
            assert not self._secrets.search(value), f"somebody else's key in {name}"
            if name == "location":
                assert _OWN_PLACE.fullmatch(value), f"leads away: {value!r}"
            if name == "set-cookie" and "max-age=0" not in value.lower():
                assert "httponly" in value.lower(), value
                assert re.search("samesite=(lax|strict)", value.lower()), value


def assert_nothing_runs(html: str) -> None:
    """Fail when a page holds anything that a browser would run, load from elsewhere or send elsewhere."""
    reader = _Elements()
    reader.feed(html)
    reader.close()
    for tag, attributes in reader.found:
        assert tag not in _NEVER, f"<{tag}> in a page"
        if tag == "script":
            assert attributes.get("src", "").startswith("/static/"), "a script that is not ours"
        if tag == "meta":
            assert "http-equiv" not in attributes, "a page that sends itself elsewhere"
        for name, value in attributes.items():
            assert not name.startswith("on"), f"<{tag} {name}> runs"
            assert name not in {"style", "srcdoc"}, f"<{tag} {name}>"
            if name in _ADDRESSES and not (tag in {"img", "link"} and value.startswith("data:image/")):
                assert _OWN_ADDRESS.match(value), f"<{tag} {name}={value!r}> leads away"
                assert tag == "a" or not value.startswith(("https:", "mailto:", "tel:")), f"<{tag} {name}={value!r}>"
    assert not reader.words_in_scripts.strip(), "script in the page itself"


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words_in_scripts = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.words_in_scripts += data


class LogWatch(logging.Handler):
    """Keeps everything that is logged, at any level, with the faults in it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record as it would be written."""
        if not record.name.startswith(
            ("httpx", "httpcore", "hypothesis")
        ):  # the browsers of tests have logs of their own
            self.lines.append(self.format(record))

    def assert_hides(self, secrets: Iterable[str]) -> None:
        """Fail when anything in the log could lead to a person or an answer."""
        shape = _any_of(secrets)
        told = [line for line in self.lines if shape.search(line)]
        assert not told, told[0][:2000]


def _any_of(texts: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(text) for text in texts) or r"(?!)")
