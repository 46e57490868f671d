"""Paragraphs of a mail, as plain text and as a page that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from questionnaires.texts import direction_of

# Small enough to stand in the mail itself: pictures and styles from elsewhere would tell who reads it. Colours only where both are given,
# so that a dark mail program can choose its own.
_STYLE: Final = (
    "body{font:16px/1.5 'Noto Sans',Arial,sans-serif;margin:0;padding:16px}"
    "main{max-width:600px;margin:0 auto}"
    "h1{font-size:22px;line-height:1.3}h2{font-size:18px;margin:24px 0 8px}"
    ".code{font-size:22px;font-weight:700;letter-spacing:1px}"
    ".button{display:inline-block;padding:12px 20px;background:#0b5a8c;color:#ffffff;font-weight:700;text-decoration:none;"
    "border-radius:4px}"
    ".small{font-size:14px}"
    "a{overflow-wrap:anywhere}"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; line ends in it stay. `link` stands behind it, with the words of `button`, if any, where a mail program shows HTML.

    `language` is that of the text when it is not Dutch.
    """

    text: str
    kind: Literal["plain", "heading", "code", "small"] = "plain"
    link: str = ""
    button: str = ""
    language: str = ""


def as_text(paragraphs: Sequence[Paragraph]) -> str:
    r"""Return the paragraphs as plain text, with empty lines between them.

    >>> as_text([Paragraph("Doe mee:", link="https://a.nl/1", button="Ga"), Paragraph("Groet,")])
    'Doe mee:\nhttps://a.nl/1\n\nGroet,\n'
    """
    return "\n\n".join("\n".join(part for part in (one.text, one.link) if part) for one in paragraphs) + "\n"


def as_page(title: str, paragraphs: Sequence[Paragraph]) -> str:
    """Return the paragraphs as an HTML page of its own, with a heading."""
    return (
        '<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n{as_markup(paragraphs)}</main>\n</body>\n</html>\n"
    )


def as_markup(paragraphs: Sequence[Paragraph]) -> str:
    r"""Return the paragraphs as HTML.

    >>> as_markup([Paragraph("a < b", link="https://a.nl/?x=1&y", button="Ga")])
    '<p>a &lt; b</p>\n<p><a class="button" href="https://a.nl/?x=1&amp;y">Ga</a></p>\n'
    """
    return "".join(f"{_marked_up(one)}\n" for one in paragraphs)


def _marked_up(one: Paragraph) -> str:
    text = escape(one.text).replace("\n", "<br>\n")
    if one.kind == "heading":
        return f"<h2>{text}</h2>"
    attributes = f' class="{one.kind}"' if one.kind != "plain" else ""
    if one.language:
        attributes += f' lang="{one.language}" dir="{direction_of(one.language)}"'
    if one.link and one.kind == "small":
        return f'<p{attributes}>{text} <a href="{escape(one.link)}">{escape(one.button)}</a></p>'
    return f"<p{attributes}>{text}</p>{_link(one)}"


def _link(one: Paragraph) -> str:
    if not one.link:
        return ""
    if not one.button:
        return f'\n<p dir="ltr"><a href="{escape(one.link)}">{escape(one.link)}</a></p>'
    return f'\n<p><a class="button" href="{escape(one.link)}">{escape(one.button)}</a></p>'
