"""Names in SDMX: every code, structure and period of a release has one, and every name leads back to it.

SDMX allows codes of letters without accents, digits and `_@$-` (IDType), and structures that begin with a letter and have no `@` and
no `$` (NCNameIDType). Source: SDMX-ML 3.0, SDMXCommon.xsd.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final
from urllib.parse import unquote

from exports.release.facts import ReleaseFacts

AGENCY: Final = "CEO"
TOTAL: Final = "_T"  # everyone, as SDMX's guidelines for code lists have it
NOT_APPLICABLE: Final = "_Z"
_SIGNS: Final = re.compile(r"[A-Za-z0-9_@-]")
_NAME_SIGNS: Final = re.compile(r"[A-Za-z0-9-]")
_ESCAPED: Final = re.compile(r"_([0-9A-F]+)_")


def code_of(name: str, *, nothing: str = NOT_APPLICABLE) -> str:
    """Return the code of a name: signs that SDMX forbids as `$` and two hexadecimal digits for each byte of UTF-8.

    A name that begins with `_` is written so too, as codes that begin with it say why there is none; no name is `nothing`.

    >>> code_of("TOE02@1"), code_of("van 45 tot 65"), code_of("0.5"), code_of("", nothing=TOTAL)
    ('TOE02@1', 'van$2045$20tot$2065', '0$2E5', '_T')
    """
    if not name:
        return nothing
    escaped = "".join(sign if _SIGNS.fullmatch(sign) else _escaped(sign) for sign in name)
    return f"$5F{escaped[1:]}" if escaped.startswith("_") else escaped


def name_of(code: str) -> str:
    """Return the name of which `code_of` made a code.

    >>> name_of("van$2045$20tot$2065"), name_of("_T")
    ('van 45 tot 65', '')
    """
    return "" if code.startswith("_") else unquote(code.replace("$", "%"))


def structure_id(kind: str, name: str) -> str:
    """Return the identification of a structure of a release: its kind and its name, with `_2E_` for a sign that may not stand there.

    >>> structure_id("CL_AREA", "wmo-2026"), structure_id("CEO", "wmo 2026.b")
    ('CL_AREA_wmo-2026', 'CEO_wmo_20_2026_2E_b')
    """
    escaped = "".join(sign if _NAME_SIGNS.fullmatch(sign) else f"_{sign.encode().hex().upper()}_" for sign in name)
    return f"{kind}_{escaped}"


def name_in(kind: str, identification: str) -> str:
    """Return the name of which `structure_id` made the identification of a structure.

    >>> name_in("CEO", "CEO_wmo_20_2026_2E_b")
    'wmo 2026.b'
    """
    escaped = identification.removeprefix(f"{kind}_")
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[1]).decode(), escaped)


def version_of(facts: ReleaseFacts) -> str:
    """Return the version of the structures of an edition."""
    return f"{facts.edition}.0.0"


def time_range_of(period: str) -> str:
    """Return a period as SDMX writes it: its first day and how long it lasts.

    >>> time_range_of("2026-03-01/2026-04-30")
    '2026-03-01/P61D'
    """
    first, last = (date.fromisoformat(day) for day in period.split("/"))
    return f"{first.isoformat()}/P{(last - first).days + 1}D"


def period_of(time_range: str) -> str:
    """Return the first and last day of which `time_range_of` made a range.

    >>> period_of("2026-03-01/P61D")
    '2026-03-01/2026-04-30'
    """
    first, days = time_range.split("/")
    last = date.fromisoformat(first) + timedelta(days=int(days[1:-1]) - 1)
    return f"{first}/{last.isoformat()}"


def dataflow_urn(facts: ReleaseFacts) -> str:
    """Return what names the data of an edition in SDMX all over the world."""
    identification = f"{AGENCY}:{structure_id('CEO', facts.release)}({version_of(facts)})"
    return f"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow={identification}"


def structure_urn(facts: ReleaseFacts) -> str:
    """Return what names the structure of the data of an edition."""
    return dataflow_urn(facts).replace("Dataflow=", "DataStructure=")


def _escaped(sign: str) -> str:
    return "".join(f"${byte:02X}" for byte in sign.encode())
