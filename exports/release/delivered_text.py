"""Cells of a delivery as text: numbers rounded and signed as the receiver wants them, codes in its own words, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from analysis.results import Measure
from exports.release.cube import COUNTS, NUMBERS
from exports.release.delivery_profile import DeliveredColumn, DeliveryProfile
from exports.release.facts import ReleaseFacts
from exports.release.labels import Labels
from exports.release.row_text import ROWS_AT_A_TIME

if TYPE_CHECKING:
    import pyarrow as pa

# Stands in the column `suppression` where the profile, and not the release, withholds a figure.
THRESHOLD: Final = "threshold"
LINE_END: Final = "\r\n"
# Columns with words that `write: words` can write.
WORDED: Final = ("area", "indicator", "breakdown", "measure")
_SHARES: Final = (Measure.SHARE.value, Measure.CATEGORY.value, Measure.MISSING.value)
# Numbers in the unit of the figure itself: fractions where that is a share.
_IN_ITS_UNIT: Final = frozenset({"value", "se", "lower", "upper", "difference", "difference_lower", "difference_upper"})
_NUMERIC: Final = frozenset({*NUMBERS, *COUNTS})
_NEEDS_QUOTES: Final = '"\r\n'


@dataclass(frozen=True, slots=True)
class NumberForm:
    """How numbers are written: `decimals` behind the sign (None for as many as there are), `factor` times as large."""

    sign: str = ","
    decimals: int | None = None
    factor: int = 1


def number_text(number: float, form: NumberForm) -> str:
    """Return a number as text. What lies halfway is rounded away from zero, as the shortest decimal form of the number has it.

    >>> number_text(0.285, NumberForm(decimals=0, factor=100))
    '29'
    >>> number_text(-0.04, NumberForm(sign=".", decimals=1))
    '0.0'
    >>> number_text(280.0, NumberForm())
    '280'
    """
    exact = Decimal(repr(number)) * form.factor
    step = None if form.decimals is None else Decimal(1).scaleb(-form.decimals)
    exact = exact.normalize() if step is None else exact.quantize(step, ROUND_HALF_UP)
    return f"{exact or abs(exact):f}".replace(".", form.sign)


def is_number(column: str) -> bool:
    """Return whether a column of the cube holds numbers."""
    return column in _NUMERIC


def text_writer(column: DeliveredColumn, facts: ReleaseFacts) -> Callable[[str], str]:
    """Return what writes the codes of a text column. What `codes` does not name is our bug: it was looked at before."""
    if column.write == "words":
        assert column.column in WORDED, column
        written: Callable[[str], str] = getattr(Labels(facts), column.column)
        return written
    return column.codes.__getitem__ if column.codes else str


def quoted(text: str, separator: str) -> str:
    """Return a cell as it stands in a line: between quotes where it must be (RFC 4180).

    >>> [quoted(text, ";") for text in ("a;b", "zeg ja", "a,b")]
    ['"a;b"', 'zeg ja', 'a,b']
    """
    needed = any(sign in text for sign in (separator, *_NEEDS_QUOTES))
    return '"' + text.replace('"', '""') + '"' if needed else text


def lines_of(table: pa.Table, profile: DeliveryProfile, facts: ReleaseFacts) -> Iterator[str]:
    """Yield the lines of a delivery, some thousands together; the first is that of the names."""
    import pyarrow.compute as pc

    separator = profile.file.sign_between
    quote = partial(quoted, separator=separator)
    yield separator.join(quote(one.name) for one in profile.columns) + LINE_END
    writers = [_writer(one, profile, facts) for one in profile.columns]
    for batch in table.to_batches(max_chunksize=ROWS_AT_A_TIME):
        rows = pc.binary_join_element_wise(*(_each(write(batch), quote) for write in writers), separator)
        yield "".join(f"{row}{LINE_END}" for row in rows.to_pylist())


def _writer(column: DeliveredColumn, profile: DeliveryProfile, facts: ReleaseFacts) -> Callable[[pa.RecordBatch], Any]:
    """Return what makes the texts of a column of rows."""
    if column.column is None:
        return partial(_constant, text=column.constant or "")
    if is_number(column.column):
        return partial(_numbers, column=column, profile=profile)
    return partial(_texts, name=column.column, write=text_writer(column, facts))


def _constant(batch: pa.RecordBatch, text: str) -> Any:
    import pyarrow as pa

    return pa.repeat(pa.scalar(text, pa.string()), batch.num_rows)


def _texts(batch: pa.RecordBatch, name: str, write: Callable[[str], str]) -> Any:
    # Encoded anew: a code that no row has need not have a word.
    return _each(batch.column(name).dictionary_decode(), write)


def _numbers(batch: pa.RecordBatch, column: DeliveredColumn, profile: DeliveryProfile) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    assert column.column is not None
    numbers, sign = batch.column(column.column), profile.file.decimal_sign
    texts = _each(numbers, partial(number_text, form=NumberForm(sign, column.decimals)))
    if profile.shares == "percentage" and column.column in _IN_ITS_UNIT:
        form = NumberForm(sign, column.decimals, factor=100)
        shares = pc.is_in(batch.column("measure").dictionary_decode(), value_set=pa.array(_SHARES))
        texts = pc.if_else(shares, _each(numbers, partial(number_text, form=form)), texts)
    return pc.coalesce(texts, _reasons(batch, profile))


def _reasons(batch: pa.RecordBatch, profile: DeliveryProfile) -> Any:
    """Return what stands in a row where a number is not there."""
    told = {"": profile.no_figure.nothing, THRESHOLD: profile.no_figure.withheld}
    return _each(
        batch.column("suppression").dictionary_decode(), lambda reason: told.get(reason, profile.no_figure.suppressed)
    )


def _each(column: Any, write: Callable[[Any], str]) -> Any:
    """Return a column of texts: only as many are written as there are different values; nothing stays nothing."""
    import pyarrow as pa

    encoded = column.dictionary_encode()
    return pa.array([write(value) for value in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)
