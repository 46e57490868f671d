"""A release as Parquet: the table as it is kept, with facts, seal, digest and citation in the metadata of the file."""

from __future__ import annotations

from collections.abc import Iterator
from io import RawIOBase
from typing import Any, Final

from exports.release.cube import DIGEST_KEY, FACTS_KEY, SEAL_KEY, SealedCube, digest_of
from exports.release.facts import citation_of
from exports.release.introducing import method_of, notices_of

_ROWS_OF_A_GROUP: Final = 65_536


def write_parquet(release: SealedCube) -> Iterator[bytes]:
    """Yield a Parquet file, a row group at a time. `cube.read_cube` reads it back; texts are "" and numbers null where there is nothing."""
    import pyarrow.parquet as pq

    parts = _Parts()
    table = release.cube.table.replace_schema_metadata(_metadata(release))
    with pq.ParquetWriter(parts, table.schema, compression="zstd") as writer:
        for start in range(0, table.num_rows, _ROWS_OF_A_GROUP):
            writer.write_table(table.slice(start, _ROWS_OF_A_GROUP))
            yield parts.taken()
    yield parts.taken()


def _metadata(release: SealedCube) -> dict[bytes, str]:
    facts, seal = release.facts, release.seal
    return {
        # As `read_cube` wants them.
        FACTS_KEY: facts.model_dump_json(),
        DIGEST_KEY: digest_of(release.cube),
        SEAL_KEY: seal.model_dump_json(),
        # For other readers.
        b"title": facts.title,
        b"citation": citation_of(facts, seal),
        b"license": f"{facts.licence} {facts.licence_address}",
        b"digest": seal.digest,
        b"method": method_of(facts),
        b"notice": "\n".join(notices_of(release)),
    }


class _Parts(RawIOBase):
    """A file to write to, from which what was written is taken now and then."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, content: Any, /) -> int:
        part = bytes(content)
        self._written.append(part)
        self._position += len(part)
        return len(part)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        found = b"".join(self._written)
        self._written.clear()
        return found
