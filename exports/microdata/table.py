"""The columns of microdata as a table of pandas, and a file of a library that writes to a path in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from analysis.microdata.records import MicrodataVariable, Records, Role
from questionnaires.codebook import VariableKind

if TYPE_CHECKING:
    import pandas as pd

_PART: Final = 1 << 20


def frame_of(records: Records) -> pd.DataFrame:
    """Return the records with a column for each variable, in their order."""
    import pandas as pd

    return pd.DataFrame({one.name: records.columns[one.name] for one in records.variables})


def measure_of(variable: MicrodataVariable) -> str:
    """Return how a variable is measured, as SPSS says it: nominal, ordinal or scale."""
    if variable.role is Role.WEIGHT:
        return "scale"
    return {VariableKind.ORDINAL: "ordinal", VariableKind.INTEGER: "scale"}.get(variable.kind, "nominal")


def parts_of_file(write: Callable[[Path], None], rewrite: Callable[[Path], None]) -> Iterator[bytes]:
    """Yield in parts the file that `write` makes at a path and `rewrite` then changes there. Nothing is left of it on the disk."""
    with TemporaryDirectory(prefix="ceo-microdata-") as folder:
        path = Path(folder) / "microdata"
        write(path)
        rewrite(path)
        with path.open("rb") as file:
            while part := file.read(_PART):
                yield part
