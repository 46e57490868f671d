"""The code on the letter, the seal behind it in the letter's link, and the keys that it leads to.

A code has 12 signs from an alphabet without vowels (no words) and without signs that look alike: 24^12 is about 55 bits.
It is stored nowhere. From the code and the installation's key follows an access key, and from that names that cannot be
derived from each other: the invitation's and the draft's. So no table can link a person to answers, also while filling in.

The link of a letter has 12 more signs, made of the code with the installation's key. Nobody can guess those, so a link that brings
them did come from a letter, and needs no limit on guessing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

ALPHABET: Final = "BCDFGHJKLMNPQRTVWXY34679"
_SIGNS: Final = 12
_SEAL_SIGNS: Final = 12
_GROUP: Final = 4
_NAME_BYTES: Final = 32

# What somebody typed who saw another sign. Only signs outside the alphabet, so that no code reads as another one, and only those
# that look like one sign of it: 5, S and A look like none, or like more than one.
_LOOKALIKES: Final = str.maketrans(
    {
        "8": "B",
        "1": "L",  # a small l, and so is a capital i
        "I": "L",
        "0": "Q",  # a round letter of which the tail was not seen
        "O": "Q",
        "U": "V",
        "2": "7",  # by hand, with a bar or a foot
        "Z": "7",
        "E": "F",
        # Letters of a Ukrainian or Russian keyboard.
        "В": "B",
        "С": "C",
        "Е": "F",
        "Н": "H",
        "І": "L",
        "Ј": "J",
        "К": "K",
        "М": "M",
        "О": "Q",
        "Р": "P",
        "Т": "T",
        "Х": "X",
        "У": "Y",
        "З": "3",
    }
)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """What the browser holds after the code was typed, instead of the code."""

    municipality: str
    secret: str  # 64 hexadecimal digits

    @property
    def access_hash(self) -> str:
        """Return the name of the invitation."""
        return self._derive("invitation")

    @property
    def draft_id(self) -> str:
        """Return the name of the draft."""
        return self._derive("draft")

    @property
    def pseudonym(self) -> str:
        """Return the name of the submission in a round that promised to be pseudonymous."""
        return self._derive("submission")

    @property
    def keyed_form(self) -> str:
        """Return the name of the paper form while it is being keyed."""
        return self._derive("keyed form")

    def masked(self, name: str) -> str:
        """Return a name of 64 hexadecimal digits under the mask of this code; masked twice it is the name again.

        name XOR HMAC-SHA256(key, "person"): without the code every name is equally possible, as long as a code masks one name only.

        >>> key, name = AccessKey("GM0344", "7c" * 32), "0f" * 32
        >>> key.masked(name)[:16], key.masked(key.masked(name)) == name
        ('6c8612766e6d9a9b', True)
        """
        return (int(name, 16) ^ int(self._derive("person"), 16)).to_bytes(_NAME_BYTES, "big").hex()

    @property
    def page_owner(self) -> str:
        """Return what tells the pages of one client from those of another on the same device."""
        return self._derive("page")[:12]

    def _derive(self, purpose: str) -> str:
        return hmac.digest(bytes.fromhex(self.secret), purpose.encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class BroughtCode:
    """A code that somebody brings; `sealed` when it comes with the seal of its letter."""

    code: str
    sealed: bool


def draw_code() -> str:
    """Return a new code, in groups of four as on the letter."""
    return show_code("".join(secrets.choice(ALPHABET) for _ in range(_SIGNS)))


def show_code(code: str) -> str:
    """Return a code in groups of four.

    >>> show_code("BCDFGHJK3467")
    'BCDF-GHJK-3467'
    """
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def read_code(typed: str) -> str | None:
    """Return the code that somebody typed; None when it cannot be a code.

    In any case, with any spaces, hyphens, dots and accents, in digits of any script, with signs that look like those of a code.

    >>> read_code(" bcdf ghjk-346 7 "), read_code("8CDF.GHJK.٣٤٦٧"), read_code("BCDF")
    ('BCDFGHJK3467', 'BCDFGHJK3467', None)
    """
    return _checked(_signs_in(typed))


def seal_of(secret_key: bytes, municipality: str, code: str) -> str:
    """Return the signs that stand behind a code in the link of its letter: 24^12, about 55 bits."""
    digest = hmac.new(secret_key, f"letter:{municipality}:{code}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    return "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(_SEAL_SIGNS))


def read_brought(secret_key: bytes, municipality: str, text: str) -> BroughtCode | None:
    """Return the code of a typed text or of a letter's link. A link of which the seal was cut off or damaged is a typed code."""
    signs = _signs_in(text)
    code, seal = _checked(signs[:_SIGNS]), signs[_SIGNS:]
    if code is None or len(seal) > _SEAL_SIGNS:
        return None
    return BroughtCode(code, hmac.compare_digest(seal.encode(), seal_of(secret_key, municipality, code).encode()))


def access_key(secret_key: bytes, municipality: str, code: str) -> AccessKey:
    """Return the access key of a code. The same code in another municipality leads to another key."""
    message = f"access:{municipality}:{code}".encode()
    return AccessKey(municipality, hmac.new(secret_key, message, hashlib.sha256).hexdigest())


def _checked(signs: str) -> str | None:
    return signs if len(signs) == _SIGNS and all(sign in ALPHABET for sign in signs) else None


def _signs_in(text: str) -> str:
    # Full width becomes plain and accents come loose (NFKD); marks and everything between groups are no letters or digits.
    plain = unicodedata.normalize("NFKD", text).upper()
    return "".join(_latin_digit(sign) for sign in plain if sign.isalnum()).translate(_LOOKALIKES)


def _latin_digit(sign: str) -> str:
    return str(unicodedata.decimal(sign, sign))
