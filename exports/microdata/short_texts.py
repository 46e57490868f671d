"""Texts that must fit: formats of statistics programs count signs or bytes, and a text that is cut off says so."""

from __future__ import annotations

_CUT = "…"


def shortened(text: str, most: int) -> str:
    """Return a text on one line of at most `most` signs.

    >>> shortened("Wat vindt u van de hulp?", 12)
    'Wat vindt u…'
    """
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}{_CUT}"


def shortened_bytes(text: str, most: int) -> str:
    """Return a text on one line of at most `most` bytes of UTF-8.

    >>> shortened_bytes("cliënten", 8)
    'clië…'
    """
    line = " ".join(text.split())
    if len(line.encode()) <= most:
        return line
    kept = line.encode()[: most - len(_CUT.encode())].decode(errors="ignore")
    return f"{kept.rstrip()}{_CUT}"


def lines_of_bytes(text: str, most: int) -> list[str]:
    """Return a text in lines of at most `most` bytes, broken between words; a longer word is broken itself.

    >>> lines_of_bytes("één twee drie", 9)
    ['één', 'twee drie']
    >>> lines_of_bytes("ééééé", 4)
    ['éé', 'éé', 'é']
    """
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and len(longer.encode()) > most:
            lines.append(line)
            longer = word
        while len(longer.encode()) > most:
            piece = longer.encode()[:most].decode(errors="ignore")
            lines.append(piece)
            longer = longer[len(piece) :]
        line = longer
    return [*lines, line] if line else lines
