"""What following costs: pages of ten years of twenty indicators in requests of a bare hello, and making such a series in seconds.

    python benchmarks/series.py [--databases sqlite,postgresql] [--requests 100] [--months 120]

Real `ceo serve`; CPU is that of the serving process. One client, one request at a time. Making is done by a worker and not in a request.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from installation import settings_on
from made_series import CORE, keep_series, made_figure, made_series
from servers import arrange, serving_ceo, serving_hello
from web.counting import counted_statements
from web.staffing import add_staff
from workflows.test_following_series import material, month_of
from workplace import Arranged, database_of, measure

from ceo.clock import dutch_day, now
from ceo.storage.database import open_database
from ceo.storage.following import Antenna
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.following.computing import compute
from ceo.workflows.following.reading import read_newest_points
from ceo.workflows.following.series import Series
from ceo.workflows.rights import Role
from ceo.workflows.staff.signed_in import begin_sign_in

_HERE = "/werk/GM0344/volgen"
_PAGES = {
    "all that is followed": _HERE,
    "all indicators": f"{_HERE}/{CORE}/month",
    "one indicator": f"{_HERE}/{CORE}/month/KWA03",
}
_YEAR = 14  # months: a year of baseline, and two that are watched
_INDICATORS = 20


def full_series(months: int, indicators: int) -> Series:
    """Return a series in which every figure and rolling mean is shown."""
    series = made_series(months=months, extra=indicators - 3)
    shown = made_figure(68.4, 58)
    rolling = made_figure(69.1, 350)
    return series.model_copy(
        update={
            "indicators": tuple(
                one.model_copy(
                    update={
                        "points": tuple(
                            point.model_copy(update={"figure": point.figure or shown, "rolling": rolling})
                            for point in one.points
                        )
                    }
                )
                for one in series.indicators
            )
        }
    )


def prepare(folder: Path, url: str, *, months: int, indicators: int) -> tuple[Arranged, int]:
    """Install a database with a series; return it, and how many statements read the series."""
    arrange(folder, url, invited=1)
    series = full_series(months, indicators)

    async def run() -> tuple[str, int]:
        async with open_database(url) as database:
            await keep_series(database, "GM0344", series)
            async with tenant_transaction(database, "GM0344") as session:
                for one in series.indicators[:8]:
                    chosen = {"core": CORE, "indicator": one.indicator, "chosen_by": "", "chosen_on": dutch_day()}
                    session.add(Antenna(place="GM0344", **chosen))
            with counted_statements(database) as statements:
                await read_newest_points(database, "GM0344")
            user_id = await add_staff(database, {"GM0344": Role.OWNER})
            return await begin_sign_in(database, user_id, complete=True, device="", now=now()), len(statements)

    cookie, statements = asyncio.run(run())
    return Arranged(url, folder, cookie), statements


def make(months: int) -> tuple[float, float, int]:
    """Return the seconds of a first edition of so many months and of the next one, and the length of the ledger after them."""
    sealed = [month_of(place % 36, 60) for place in range(months)]
    first_day = sealed[0][1].facts.opens_on
    named = []
    for place, (_, snapshot) in enumerate(sealed):
        month = first_day.replace(year=first_day.year + place // 12, month=place % 12 + 1)
        named.append((f"{month:%Y-%m}", snapshot))
    began = time.process_time()
    before = compute(material(*named[:-1]))
    first = time.process_time() - began
    began = time.process_time()
    after = compute(material(*named, ledger=before.ledger, edition=2))
    return first, time.process_time() - began, len(after.ledger)


def main() -> None:
    """Print a line a page, and what making takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--months", type=int, default=120)
    options = parser.parse_args()
    first, second, ledger = make(options.months)
    print(
        f"making {options.months} months of 60 answers: {first:.1f} s, one month later {second:.1f} s; ledger {ledger / 1e6:.1f} MB"
    )
    with serving_hello() as server:
        hello = measure(server.port, "/", server.cpu, 20 * options.requests)
    print(f"hello: {hello:.3f} ms of CPU")
    for kind in options.databases.split(","):
        for months, indicators in ((_YEAR, 3), (options.months, _INDICATORS)):
            with tempfile.TemporaryDirectory() as name, database_of(kind, Path(name)) as url:
                arranged, statements = prepare(Path(name), url, months=months, indicators=indicators)
                with serving_ceo(settings_on(url, arranged.folder, "http://127.0.0.1")) as server:
                    for page, path in _PAGES.items():
                        taken = measure(server.port, path, server.cpu, options.requests, arranged.cookie)
                        print(
                            f"{kind:<11}{months:>4} months x {indicators:>2}  {page:<22}"
                            f"{taken:7.2f} ms {taken / hello:7.0f} hellos  {statements} statement(s) for the series"
                        )


if __name__ == "__main__":
    main()
