"""What stands in the cells of a list, read as people write it: days, acts, postcodes. What cannot be read is a `Wrong` with its code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ceo.workflows.frames.listed import Act, Sex
from ceo.workflows.frames.rows import Cell

LONGEST_TEXT: Final = 200
_LONGEST_EMAIL: Final = 254
_OLDEST: Final = 120  # years
_MONTHS: Final = ("jan", "feb", "maa", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_IN_WORDS: Final = re.compile(r"(\d{1,2})[- ]([a-z]{3,9})\.?[- ](\d{4})")
_DIGITS: Final = re.compile(r"\d{7,8}")
_SERIAL: Final = re.compile(r"\d{5}")
_TIME: Final = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE)
_FIRST_SERIAL: Final = date(1899, 12, 30).toordinal()
_YEAR: Final = re.compile(r"(19|20)\d{2}")
_POSTCODE: Final = re.compile(r"([1-9]\d{3})\s*([A-Za-z]{2})")
_NEIGHBOURHOOD: Final = re.compile(r"[1-9]\d{3}")
_EMAIL: Final = re.compile(r"[^@\s\"<>,;:()\[\]\\]+@[^@\s\"<>,;:()\[\]\\]+\.[^@\s.\"<>,;:()\[\]\\\d]{2,}")
_PHONE: Final = re.compile(r"\+?[\d ()./-]{9,20}")
_PHONE_DIGITS: Final = 10

_ACTS: Final[Mapping[str, Act]] = {
    **dict.fromkeys(("wmo", "wmo2015", "maatschappelijkeondersteuning", "wetmaatschappelijkeondersteuning"), Act.WMO),
    **dict.fromkeys(("jeugd", "jeugdwet", "jw", "jeugdhulp", "jeugdzorg"), Act.JEUGD),
    **dict.fromkeys(("participatie", "participatiewet", "pw", "bijstand"), Act.PARTICIPATIE),
}
_SEXES: Final[Mapping[str, Sex | None]] = {
    **dict.fromkeys(("m", "man", "mannelijk", "mnl", "jongen", "male", "1"), Sex.MAN),
    **dict.fromkeys(("v", "vrouw", "vrouwelijk", "vrl", "meisje", "f", "female", "2"), Sex.WOMAN),
    **dict.fromkeys(("x", "anders", "overig", "nonbinair", "genderneutraal"), Sex.OTHER),
    **dict.fromkeys(("0", "9", "o", "onbekend", "nietgespecificeerd"), None),
}
_GRANTED: Final[Mapping[str, bool]] = {
    **dict.fromkeys(
        ("ja", "j", "yes", "y", "1", "true", "waar", "toegekend", "toegewezen", "verleend", "gegund", "positief"), True
    ),
    **dict.fromkeys(
        ("nee", "n", "no", "0", "false", "onwaar", "niettoegekend", "afgewezen", "geweigerd", "negatief"), False
    ),
}
_LANGUAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "nl": ("nederlands", "dutch", "nld", "dut"),
    "en": ("engels", "english", "eng"),
    "tr": ("turks", "turkish", "tur"),
    "ar": ("arabisch", "arabic", "ara"),
    "pl": ("pools", "polish", "pol"),
    "uk": ("oekraiens", "ukrainian", "ukr"),
    "de": ("duits", "german", "deu", "ger"),
    "fr": ("frans", "french", "fra", "fre"),
    "es": ("spaans", "spanish", "spa"),
    "pt": ("portugees", "portuguese", "por"),
    "it": ("italiaans", "italian", "ita"),
    "ro": ("roemeens", "romanian", "ron", "rum"),
    "bg": ("bulgaars", "bulgarian", "bul"),
    "hu": ("hongaars", "hungarian", "hun"),
    "ru": ("russisch", "russian", "rus"),
    "fa": ("perzisch", "farsi", "dari", "persian", "fas", "per"),
    "so": ("somalisch", "somali", "som"),
    "ti": ("tigrinya", "tigrigna", "tir"),
    "am": ("amhaars", "amharic", "amh"),
    "ku": ("koerdisch", "kurdish", "kur"),
    "zh": ("chinees", "mandarijn", "chinese", "zho", "chi"),
    "vi": ("vietnamees", "vietnamese", "vie"),
    "sq": ("albanees", "albanian", "sqi", "alb"),
    "ps": ("pasjtoe", "pashto", "pus"),
    "ur": ("urdu", "urd"),
}
_BY_LANGUAGE: Final = {name: code for code, names in _LANGUAGES.items() for name in (code, *names)}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that cannot be read, with the code of why."""

    code: str


def plain_word(text: str) -> str:
    """Return a word in the form in which spellings are compared: small letters without accents, and digits.

    >>> plain_word(" Oekraïens "), plain_word("Wmo-2015")
    ('oekraiens', 'wmo2015')
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if sign.isalnum())


def read_text(cell: Cell, *, longest: int = LONGEST_TEXT) -> str | Wrong:
    r"""Return a text on one line.

    >>> read_text("Dorpsstraat\n 1"), read_text("a\x07"), read_text("=A1")
    ('Dorpsstraat 1', Wrong(code='control-sign'), Wrong(code='formula'))
    """
    if isinstance(cell, date):
        return cell.isoformat()
    text = " ".join(cell.split())
    if text.startswith("="):
        return Wrong("formula")
    if len(text) > longest:
        return Wrong("too-long")
    if not text.isprintable() or "�" in text:
        return Wrong("control-sign")
    return text


def read_day(cell: Cell) -> date | Wrong | None:
    """Return a day; None when the cell is empty. Days of spreadsheets that came out as a number are days too.

    >>> read_day("1-2-1960"), read_day("19600201"), read_day("1 februari 1960"), read_day("1021960")
    (datetime.date(1960, 2, 1), datetime.date(1960, 2, 1), datetime.date(1960, 2, 1), datetime.date(1960, 2, 1))
    >>> read_day("31-02-1960"), read_day("1/2/60"), read_day("21947")
    (Wrong(code='impossible-day'), Wrong(code='unreadable-day'), datetime.date(1960, 2, 1))
    """
    text = read_text(cell)
    if isinstance(cell, date):
        return cell
    if isinstance(text, Wrong):
        return text
    text = _TIME.sub("", text.lower())
    return _day_of(text) if text else None


def read_birth(cell: Cell, *, today: date) -> date | Wrong | None:
    """Return a day of birth; the middle of the year when only the year is there, and None when the cell is empty.

    >>> read_birth("1960", today=date(2026, 11, 21)), read_birth("2031-01-01", today=date(2026, 11, 21))
    (datetime.date(1960, 7, 1), Wrong(code='impossible-birth'))
    """
    if isinstance(cell, str) and _YEAR.fullmatch(cell.strip()) and int(cell) <= today.year:
        day: date | Wrong | None = min(middle_of(int(cell)), today)
    else:
        day = read_day(cell)
    possible = not isinstance(day, date) or (day.year >= today.year - _OLDEST and day <= today)
    return day if possible else Wrong("impossible-birth")


def middle_of(year: int) -> date:
    """Return the day that stands for a year of birth."""
    return date(year, 7, 1)


def read_act(cell: Cell) -> Act | Wrong | None:
    """Return an act; None when the cell is empty.

    >>> read_act("WMO 2015"), read_act("AWBZ")
    (<Act.WMO: 'wmo'>, Wrong(code='unknown-act'))
    """
    text = read_text(cell)
    if isinstance(text, Wrong) or not text:
        return text or None
    return _ACTS.get(plain_word(text), Wrong("unknown-act"))


def read_sex(cell: Cell) -> Sex | Wrong | None:
    """Return the sex as registered; None when the cell is empty or says that it is not known."""
    text = read_text(cell)
    if isinstance(text, Wrong) or not text:
        return text or None
    return _SEXES.get(plain_word(text), Wrong("unknown-sex"))


def read_granted(cell: Cell) -> bool | Wrong:
    """Return whether support was granted; it was when the cell is empty."""
    text = read_text(cell)
    if isinstance(text, Wrong) or not text:
        return text or True
    return _GRANTED.get(plain_word(text), Wrong("unknown-granted"))


def read_language(cell: Cell) -> str | Wrong:
    """Return the code of a language (ISO 639-1); "" when it is not known.

    >>> read_language("Oekraïens"), read_language("nl-NL"), read_language("Klingon")
    ('uk', 'nl', Wrong(code='unknown-language'))
    """
    text = read_text(cell)
    if isinstance(text, Wrong) or plain_word(text) in {"", "onbekend"}:
        return text if isinstance(text, Wrong) else ""
    word = plain_word(text[:2] if text[2:3] in {"-", "_"} else text)
    return _BY_LANGUAGE.get(word, Wrong("unknown-language"))


def read_postcode(cell: Cell, *, whole: bool) -> str | Wrong:
    """Return a postcode as it stands on a letter; the four digits are enough unless it must be `whole`. "" when the cell is empty.

    >>> read_postcode("1234ab", whole=True), read_postcode("1234", whole=False), read_postcode("1234", whole=True)
    ('1234 AB', '1234', Wrong(code='postcode'))
    """
    text = read_text(cell)
    if isinstance(text, Wrong) or not text:
        return text
    found = _POSTCODE.fullmatch(text)
    if found:
        return f"{found[1]} {found[2].upper()}"
    return text if not whole and _NEIGHBOURHOOD.fullmatch(text) else Wrong("postcode")


def read_email(cell: Cell) -> str | Wrong:
    """Return an address of mail; "" when the cell is empty."""
    text = read_text(cell, longest=_LONGEST_EMAIL)
    if isinstance(text, Wrong) or not text:
        return text
    text = text.removeprefix("mailto:")
    wrong = not _EMAIL.fullmatch(text) or ".." in text or text.startswith(".") or ".@" in text or "@." in text
    return Wrong("email") if wrong else text


def read_phone(cell: Cell) -> str | Wrong:
    """Return a number of a telephone, with the zero that a spreadsheet took away; "" when the cell is empty.

    >>> read_phone("612345678"), read_phone("06-12 34 56 78"), read_phone("geen")
    ('0612345678', '06-12 34 56 78', Wrong(code='phone'))
    """
    text = read_text(cell)
    if isinstance(text, Wrong) or not text:
        return text
    if len(text) == _PHONE_DIGITS - 1 and text.isascii() and text.isdecimal() and text[0] != "0":
        return f"0{text}"
    digits = sum(sign.isdecimal() for sign in text)
    return text if _PHONE.fullmatch(text) and digits >= _PHONE_DIGITS else Wrong("phone")


def read_number(cell: Cell) -> str | Wrong:
    """Return the number of a client, without the zeros in front that spreadsheets take away. "" when the cell is empty.

    >>> read_number("0012345"), read_number("C-0012")
    ('12345', 'C-0012')
    """
    text = read_text(cell, longest=50)
    return text if isinstance(text, Wrong) else same_number(text)


def same_number(number: str) -> str:
    """Return a number of a client in the form in which it is compared: a spreadsheet takes zeros in front away.

    >>> same_number("000123"), same_number("0"), same_number("A01")
    ('123', '0', 'A01')
    """
    number = number.strip()
    return number.lstrip("0") or "0" if number.isascii() and number.isdecimal() else number


def _day_of(text: str) -> date | Wrong:
    if _SERIAL.fullmatch(text):
        return date.fromordinal(_FIRST_SERIAL + int(text))
    parts = _parts_of_day(text)
    try:
        return date(*parts) if parts is not None else Wrong("unreadable-day")
    except ValueError:
        return Wrong("impossible-day")


def _parts_of_day(text: str) -> tuple[int, int, int] | None:
    """Return year, month and day of a text; None when it is no day."""
    if found := _DAY_FIRST.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _IN_WORDS.fullmatch(text):
        month = "maa" if found[2].startswith(("mrt", "mar")) else found[2][:3]
        return (int(found[3]), _MONTHS.index(month) + 1, int(found[1])) if month in _MONTHS else None
    if _DIGITS.fullmatch(text):
        digits = text.zfill(8)
        if _YEAR.fullmatch(digits[:4]) and "01" <= digits[4:6] <= "12":
            return int(digits[:4]), int(digits[4:6]), int(digits[6:])
        return int(digits[4:]), int(digits[2:4]), int(digits[:2])
    return None
