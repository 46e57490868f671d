"""How long reading 200 MB of iWmo messages takes and how much memory, beside 20 MB in the same run.

Run: python benchmarks/messages.py [--megabytes 200]. The messages are made while they are read, so nothing of that size exists anywhere.

The ratios are what counts: about ten for the time means linear time. Time is processor time of this process without that of making the
messages. Memory is the peak of what the process has resident, above what it had before, in a process of its own for each size.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from made_messages import made_delivery

from ceo.workflows.frames.listed import ListedClient
from ceo.workflows.frames.messages.reading import read_messages

PIECE = 256 * 1024


def pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the bytes in pieces of the size in which files are kept."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        if len(waiting) >= PIECE:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


def measure(clients: int) -> tuple[float, float, float, int]:
    """Return megabytes, seconds, the peak in MB and the number of clients that were found."""
    began = process_time()
    size = sum(len(piece) for message in made_delivery(clients) for piece in pieces(message))
    making = process_time() - began
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, tally = process_time(), Counter[str]()
    found = read_messages([("", pieces(message)) for message in made_delivery(clients)], {}, tally=tally)
    listed = sum(isinstance(each, ListedClient) for each in found)
    took = process_time() - began - making
    return size / 1e6, took, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3, listed


def main(megabytes: int) -> None:
    """Print what both sizes take."""
    small = sum(len(chunk) for message in made_delivery(1_000) for chunk in message) / 1e9  # MB a client
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        found = [pool.apply(measure, (round(size / small),)) for size in (megabytes / 10, megabytes)]
    print(f"{'MB':>8} {'clients':>8} {'seconds':>8} {'MB/s':>6} {'peak MB':>8} {'bytes a client':>15}")
    for size, took, peak, clients in found:
        print(f"{size:>8.1f} {clients:>8} {took:>8.2f} {size / took:>6.1f} {peak:>8.1f} {1e6 * peak / clients:>15.0f}")
    print(f"time: {found[1][1] / found[0][1]:.1f} times, memory: {found[1][2] / found[0][2]:.1f} times")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200)
    main(parser.parse_args().megabytes)
