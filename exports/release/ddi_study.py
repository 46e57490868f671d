"""The parts that every DDI codebook of ours begins with: what was studied, of whom, when, how, and how it may be used.

DDI-Codebook 2.5, the namespace `ddi:codebook:2_5`; names and order of elements are those of its schema.
Source: DDI Alliance, DDI-Codebook 2.5 XML Schema (2012, corrected as 2.5.1 in 2013), field-level documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import Element, indent, tostring  # writes only
from xml.sax.saxutils import quoteattr

from exports.release.facts import AreaType, ReleaseFacts, Seal, citation_of
from exports.release.introducing import method_of
from exports.release.reading_words import theme_of
from exports.release.telling import STATES, titled, warnings_of
from exports.wording import count_words

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<codeBook xmlns="ddi:codebook:2_5" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="ddi:codebook:2_5 https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd" '
    'version="2.5" xml:lang="nl" ID={name}>\n'
)
_FOOT: Final = b"</codeBook>\n"
# Signs that no XML 1.0 document may hold.
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(tag: str, text: str = "", /, *parts: Element, **attributes: str) -> Element:
    """Return an element with a text and then its parts; an attribute without a value is left out.

    >>> tostring(element("labl", "Hulp", level="variable", sdatrefs=""))
    b'<labl level="variable">Hulp</labl>'
    """
    made = Element(tag, {name.replace("_", "-"): value for name, value in attributes.items() if value})
    made.text = _NOT_IN_XML.sub("", text) or None
    made.extend(parts)
    return made


def listed(*parts: Element | None) -> tuple[Element, ...]:
    """Return the parts that say something: those with a text, parts or attributes."""
    return tuple(it for it in parts if it is not None and (it.text or len(it) or it.attrib))


def written(name: str, study: Element, described: Iterable[Element], *between: Element) -> Iterator[bytes]:
    """Yield a codebook: the study, what stands between, and the variables one by one."""
    yield _HEAD.format(name=quoteattr(name)).encode()
    for part in (study, *between):
        yield _serialised(part)
    yield b"<dataDscr>\n"
    for one in described:
        yield _serialised(one)
    yield b"</dataDscr>\n" + _FOOT


def study_of(facts: ReleaseFacts, seal: Seal, *, use: Element, mark: str = "", kind: str, unit: str) -> Element:
    """Return the description of the study of a release.

    `use` is what readers may do (`useStmt`), `kind` the kind of data, `unit` what one figure or record is about. `mark` stands before
    the title where it must not be overlooked.
    """
    title = f"{mark}: {titled(facts, seal)}" if mark else titled(facts, seal)
    return element(
        "stdyDscr",
        "",
        _citation(facts, seal, title),
        _information(facts, seal, kind, unit),
        _method(facts),
        element("dataAccs", "", use),
        *(element("notes", text, type="warning") for text in warnings_of(facts, seal)),
    )


def use_of(facts: ReleaseFacts, seal: Seal, *, restrictions: Iterable[str] = (), conditions: str = "") -> Element:
    """Return what readers may do: cite it so, under these conditions; the licence of the release where none are given."""
    return element(
        "useStmt",
        "",
        *(element("restrctn", text) for text in restrictions),
        element("citReq", f"Verwijs hiernaar als: {citation_of(facts, seal)}"),
        element("conditions", conditions or f"{facts.licence} ({facts.licence_address})"),
        *listed(element("disclaimer", " ".join(warnings_of(facts, seal)))),
    )


def _citation(facts: ReleaseFacts, seal: Seal, title: str) -> Element:
    published = seal.published_on.isoformat() if seal.published_on else ""
    version = f"Editie {facts.edition} ({STATES.get(seal.state, seal.state)})"
    software = listed(element("software", f"CEO {facts.software}" if facts.software else ""))
    days = (element("distDate", published, date=published),) if published else ()
    return element(
        "citation",
        "",
        element("titlStmt", "", element("titl", title), element("IDNo", facts.name, agency=facts.publisher)),
        element("rspStmt", "", element("AuthEnty", facts.publisher)),
        element("prodStmt", "", element("producer", facts.publisher), *software),
        element("distStmt", "", element("distrbtr", facts.publisher), *days),
        element("verStmt", "", element("version", version, date=published), *listed(element("notes", facts.reason))),
        element("biblCit", citation_of(facts, seal)),
        element("holdings", seal.address, URI=seal.address),
        element("notes", seal.digest, type="digest"),
    )


def _information(facts: ReleaseFacts, seal: Seal, kind: str, unit: str) -> Element:
    themes = dict.fromkeys(theme_of(one.theme) for one in facts.indicators if one.theme)
    places = [one.name for one in facts.areas if one.kind is AreaType.MUNICIPALITY]
    abstract = f"{titled(facts, seal)}. Over: {facts.population}. {method_of(facts)}"
    return element(
        "stdyInfo",
        "",
        element(
            "subject", "", element("keyword", "cliëntervaringsonderzoek"), *(element("keyword", it) for it in themes)
        ),
        element("abstract", abstract),
        element(
            "sumDscr",
            "",
            *_days("timePrd", facts),
            *_days("collDate", facts),
            element("nation", "Nederland", abbr="NL"),
            *(element("geogCover", name) for name in places),
            element("geogUnit", "gemeente"),
            element("anlyUnit", unit),
            element("universe", facts.population),
            element("dataKind", kind),
        ),
    )


def _days(tag: str, facts: ReleaseFacts) -> tuple[Element, ...]:
    ends: Mapping[str, str] = {"start": facts.period_start.isoformat(), "end": facts.period_end.isoformat()}
    return tuple(element(tag, day, date=day, event=event) for event, day in ends.items())


def _method(facts: ReleaseFacts) -> Element:
    names = {one.area: one.name for one in facts.areas}
    weighting = listed(element("weight", f"Weging: {facts.weighting}" if facts.weighting else ""))
    collection = element(
        "dataColl",
        "",
        element("timeMeth", "Dwarsdoorsnede"),
        *(
            element("dataCollector", names.get(code, code))
            for code in dict.fromkeys(it.municipality for it in facts.sources)
        ),
        element("resInstru", "Vragenlijst met gesloten vragen"),
        *weighting,
    )
    told = (method_of(facts), f"Regels tegen herkenning: {facts.policy}" if facts.policy else "")
    notes = listed(*(element("notes", text) for text in told))
    return element("method", "", collection, *notes, *listed(element("anlyInfo", "", *_response(facts))))


def _response(facts: ReleaseFacts) -> Iterator[Element]:
    """Yield how many took part, of the rounds of which both numbers may be known."""
    known = [
        (it.submissions, it.clients) for it in facts.sources if it.submissions is not None and it.clients is not None
    ]
    if known:
        submissions, clients = (sum(numbers) for numbers in zip(*known, strict=True))
        took_part = (
            f"{count_words(submissions, 'inzending', 'inzendingen')} van {count_words(clients, 'cliënt', 'cliënten')}"
        )
        partly = "" if len(known) == len(facts.sources) else f", in {len(known)} van de {len(facts.sources)} metingen"
        yield element("respRate", f"{took_part}{partly}")


def _serialised(part: Element) -> bytes:
    # Only parts without text of their own are indented: white space in texts stays as it was.
    indent(part)
    text: str = tostring(part, encoding="unicode")
    return f"{text}\n".encode()
