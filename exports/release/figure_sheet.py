"""A sheet of an XLSX workbook whose figures are streamed; the library writes all else of it.

The library looks at every cell by itself, which takes minutes for the 17 million of a national release. Here the cell of a text is made
once for a column, and the text stands once in the table of texts that sheets share. The lines go below those of the library through inner
methods of it: `constraints.txt` holds its version, and the tests read every cell back.
Source: ECMA-376, part 1, 18.3.1.4 (cells), 18.3.1.73 (rows), 18.4.8 and 18.4.9 (shared texts).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from exports.release.sheet import Block, Cell, Notation

# Stands for the number of the line in a cell that is the same on many lines: a sign that XML cannot hold.
_LINE: Final = "\0"
_LONGEST: Final = 32_767  # characters in a cell
# Returns the style of a column of figures: of a text, or of numbers (None).
StyleOf = Callable[[Notation, int, str | None], Any]


class SharedTexts(dict[str, int]):
    """The places of texts in the library's table of texts that sheets share: that table is filled while the sheets are written."""

    def __init__(self, table: Any) -> None:
        super().__init__({text: place for place, text in enumerate(table.string_array)})
        self.table = table

    def __missing__(self, text: str) -> int:
        place = self[text] = len(self.table.string_array)
        self.table.string_array.append(text)
        self.table.unique_count += 1
        return place


class FigureSheet(Worksheet):  # type: ignore[misc]  # the library tells no types
    """A sheet with `figures`, `rows` of them, below its other lines. They are read when the workbook is closed."""

    dim_rowmax: int  # the last line that the library has, from 0
    figures: Iterator[Block] = iter(())
    rows = 0
    style_of: StyleOf
    texts: Callable[[], SharedTexts]

    def _write_dimension(self) -> None:
        written = self.dim_rowmax
        self.dim_rowmax += self.rows
        super()._write_dimension()
        self.dim_rowmax = written

    def _write_rows(self) -> None:
        super()._write_rows()
        line = self.dim_rowmax + 2
        for block in self.figures:
            columns = (self._column(block.notation(place), place, cells) for place, cells in enumerate(block.columns))
            for cells in zip(*columns, strict=True):
                number = str(line)
                self.fh.write(f'<row r="{number}">{"".join(cells).replace(_LINE, number)}</row>')
                line += 1

    def _column(self, notation: Notation, place: int, cells: Sequence[Cell]) -> list[str]:
        """Return the cells of a column, without the number of their line; nothing stands for an empty one."""
        begins = f'<c r="{xl_col_to_name(place)}{_LINE}" s="'
        if not isinstance(cells[0], str):
            begins += f'{self._style(notation, place, None)}"><v>'
            return ["" if cell is None else f"{begins}{cell:.16G}</v></c>" for cell in cells]
        written = {cell: self._text(begins, notation, place, str(cell)) for cell in set(cells)}
        self.str_table.count += len(cells) - cells.count("")
        return [written[cell] for cell in cells]

    def _text(self, begins: str, notation: Notation, place: int, text: str) -> str:
        if not text:
            return ""
        return f'{begins}{self._style(notation, place, text)}" t="s"><v>{self.texts()[text[:_LONGEST]]}</v></c>'

    def _style(self, notation: Notation, place: int, text: str | None) -> int:
        # Not told by any other method; it is given when it is first asked for.
        number: int = self.style_of(notation, place, text)._get_xf_index()  # noqa: SLF001
        return number
