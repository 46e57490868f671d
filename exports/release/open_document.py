"""What an OpenDocument workbook holds besides its cells: styles, metadata, and how its sheets are shown when it is opened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from exports.release.cube import SealedCube
from exports.release.facts import citation_of
from exports.release.introducing import dated, notices_of
from exports.release.sheet import Look, Notation, Place, Sheet
from exports.sheets import NARROWEST, WARNING_COLOUR

_WIDEST: Final = 90
_CHARACTER: Final = 0.22  # its width, in centimetres
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ODF: Final = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES: Final = (
    f"xmlns:office='{_ODF}:office:1.0' xmlns:table='{_ODF}:table:1.0' xmlns:text='{_ODF}:text:1.0' "
    f"xmlns:style='{_ODF}:style:1.0' xmlns:number='{_ODF}:datastyle:1.0' xmlns:meta='{_ODF}:meta:1.0' "
    f"xmlns:ooo='http://openoffice.org/2004/office' xmlns:config='{_ODF}:config:1.0' xmlns:fo='{_ODF}:xsl-fo-compatible:1.0' "
    "xmlns:dc='http://purl.org/dc/elements/1.1/' "
    "office:version='1.3'"
)
_TEXTS: Final = {
    Look.TITLE: "fo:font-size='14pt' fo:font-weight='bold'",
    Look.WARNING: f"fo:font-weight='bold' fo:color='{WARNING_COLOUR}'",
    Look.HEADING: "fo:font-size='12pt' fo:font-weight='bold'",
    Look.HEAD: "fo:font-weight='bold'",
}
_CELLS: Final = {
    Look.HEAD: "fo:wrap-option='wrap' fo:border-bottom='0.75pt solid #000000' style:vertical-align='bottom'",
    Look.TEXT: "fo:wrap-option='wrap' style:vertical-align='top'",
}
_PLACES: Final = {
    Place.LEFT: "fo:text-align='start'",
    Place.INSET: "fo:text-align='start' fo:margin-left='0.25cm'",
    Place.RIGHT: "fo:text-align='end'",
}
_NUMBERS: Final = {
    Notation.WHOLE: "<number:number number:decimal-places='0' number:min-integer-digits='1' number:grouping='true'/>",
    Notation.ONE_DECIMAL: "<number:number number:decimal-places='1' number:min-decimal-places='1' number:min-integer-digits='1' "
    "number:grouping='true'/>",
    Notation.TWO_DECIMALS: "<number:number number:decimal-places='2' number:min-decimal-places='2' number:min-integer-digits='1' "
    "number:grouping='true'/>",
    Notation.PERCENTAGE: "<number:number number:decimal-places='1' number:min-decimal-places='1' number:min-integer-digits='1'/>"
    "<number:text>%</number:text>",
}


def _number_style(notation: Notation) -> str:
    if notation is Notation.EXACT:
        return f"<style:style style:name='{notation.name}' style:family='table-cell'/>"
    kind = "percentage" if notation is Notation.PERCENTAGE else "number"
    return (
        f"<number:{kind}-style style:name='as_{notation.name}'>{_NUMBERS[notation]}</number:{kind}-style>"
        f"<style:style style:name='{notation.name}' style:family='table-cell' style:data-style-name='as_{notation.name}'/>"
    )


def _look_style(look: Look, place: Place) -> str:
    cells = f"<style:table-cell-properties {_CELLS[look]}/>" if look in _CELLS else ""
    texts = f"<style:text-properties {_TEXTS[look]}/>" if look in _TEXTS else ""
    inside = f"{cells}<style:paragraph-properties {_PLACES[place]}/>{texts}"
    return f"<style:style style:name='{look.value}_{place.value}' style:family='table-cell'>{inside}</style:style>"


def _width_style(width: int) -> str:
    return (
        f"<style:style style:name='width{width}' style:family='table-column'>"
        f"<style:table-column-properties style:column-width='{width * _CHARACTER:.1f}cm'/></style:style>"
    )


CONTENT_BEGINS: Final = (
    f"{_XML}<office:document-content {_NAMES}><office:automatic-styles>"
    "<style:style style:name='sheet' style:family='table' style:master-page-name='Default'><style:table-properties table:display='true'/>"
    "</style:style><style:style style:name='row' style:family='table-row'>"
    "<style:table-row-properties style:use-optimal-row-height='true'/></style:style>"
    f"{''.join(_look_style(look, place) for look in Look for place in Place)}{''.join(map(_number_style, Notation))}"
    f"{''.join(map(_width_style, range(NARROWEST, _WIDEST + 1)))}"
    "</office:automatic-styles><office:body><office:spreadsheet>\n"
)
CONTENT_ENDS: Final = "</office:spreadsheet></office:body></office:document-content>\n"
STYLES: Final = (
    f"{_XML}<office:document-styles {_NAMES}><office:styles><style:default-style style:family='table-cell'>"
    "<style:text-properties style:font-name='Liberation Sans' fo:font-size='10pt' fo:language='nl' fo:country='NL'/>"
    "</style:default-style></office:styles><office:automatic-styles><style:page-layout style:name='page'>"
    "<style:page-layout-properties style:print-orientation='landscape' fo:page-width='29.7cm' fo:page-height='21cm' "
    "style:scale-to-X='1'/></style:page-layout></office:automatic-styles><office:master-styles>"
    "<style:master-page style:name='Default' style:page-layout-name='page'/></office:master-styles></office:document-styles>\n"
)
MANIFEST: Final = (
    f"{_XML}<manifest:manifest xmlns:manifest='{_ODF}:manifest:1.0' manifest:version='1.3'>"
    "<manifest:file-entry manifest:full-path='/' manifest:version='1.3' "
    "manifest:media-type='application/vnd.oasis.opendocument.spreadsheet'/>"
    + "".join(
        f"<manifest:file-entry manifest:full-path='{name}.xml' manifest:media-type='text/xml'/>"
        for name in ("content", "settings", "styles", "meta")
    )
    + "</manifest:manifest>\n"
)


def meta_of(release: SealedCube) -> str:
    """Return meta.xml: title, publisher, citation, warnings, and the day of the release (never that of writing)."""
    facts, day = release.facts, f"{dated(release).isoformat()}T00:00:00"
    about = "\n".join((*notices_of(release), citation_of(facts, release.seal), release.seal.digest))
    return (
        f"{_XML}<office:document-meta {_NAMES}><office:meta><meta:generator>CEO</meta:generator>"
        f"<dc:title>{escape(facts.title)}</dc:title><dc:subject>{escape(facts.population)}</dc:subject>"
        f"<dc:description>{escape(about)}</dc:description><meta:initial-creator>{escape(facts.publisher)}</meta:initial-creator>"
        f"<dc:creator>{escape(facts.publisher)}</dc:creator><meta:creation-date>{day}</meta:creation-date><dc:date>{day}</dc:date>"
        "<dc:language>nl-NL</dc:language></office:meta></office:document-meta>\n"
    )


def settings_of(sheets: Iterable[Sheet]) -> str:
    """Return settings.xml: the heads of tables stay in view."""
    frozen = "".join(_frozen(one.name, one.head + 1) for one in sheets if one.head is not None)
    return (
        f"{_XML}<office:document-settings {_NAMES}><office:settings><config:config-item-set config:name='ooo:view-settings'>"
        "<config:config-item-map-indexed config:name='Views'><config:config-item-map-entry>"
        "<config:config-item config:name='ViewId' config:type='string'>view1</config:config-item>"
        f"<config:config-item-map-named config:name='Tables'>{frozen}</config:config-item-map-named>"
        "</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set></office:settings>"
        "</office:document-settings>\n"
    )


def _frozen(name: str, rows: int) -> str:
    items = (
        ("VerticalSplitMode", "short", 2),
        ("VerticalSplitPosition", "int", rows),
        ("ActiveSplitRange", "short", 2),
        ("PositionBottom", "int", rows),
    )
    said = "".join(
        f"<config:config-item config:name='{item}' config:type='{kind}'>{value}</config:config-item>"
        for item, kind, value in items
    )
    return f"<config:config-item-map-entry config:name={quoteattr(name)}>{said}</config:config-item-map-entry>"
