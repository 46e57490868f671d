"""Tables of areas as StatLine gives them, made of the municipalities that the software knows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from importlib.resources import files

HEAD_2023 = (
    "Regio's",
    "Codes en namen van gemeenten/Code (code)",
    "Codes en namen van gemeenten/Naam (naam)",
    "Codes en namen van gemeenten/Sortering naam (naam)",
    "Lokaliseringen van gemeenten/Landsdelen/Code (code)",
    "Lokaliseringen van gemeenten/Landsdelen/Naam (naam)",
    "Lokaliseringen van gemeenten/Provincies/Code (code)",
    "Lokaliseringen van gemeenten/Provincies/Naam (naam)",
    "Lokaliseringen van gemeenten/Veiligheidsregio's/Code (code)",
    "Lokaliseringen van gemeenten/Veiligheidsregio's/Naam (naam)",
    "Grootte en stedelijkheid van gemeenten/Gemeentegrootte/Code (code)",
    "Grootte en stedelijkheid van gemeenten/Gemeentegrootte/Omschrijving (omschrijving)",
    "Grootte en stedelijkheid van gemeenten/Stedelijkheid/Code (code)",
    "Grootte en stedelijkheid van gemeenten/Stedelijkheid/Omschrijving (omschrijving)",
    "Statistische gegevens/Inwonertal (aantal)",
    "Statistische gegevens/Omgevingsadressendichtheid (per km2)",
)
CODE, PROVINCE, REGION, SIZE, URBANITY, PEOPLE, DENSITY = 1, 6, 8, 10, 12, 14, 15


def rows_of_2026() -> list[list[str]]:
    """The division of 2026 in the columns of StatLine, with codes as wide as it makes them."""
    text = files("ceo.storage").joinpath("data", "gemeenten_2026.csv").read_text("utf-8")
    return [
        [
            f"{row['gm_naam']} (gemeente)" if row["gm_naam"] in ("Utrecht", "Groningen") else row["gm_naam"],
            f"{row['gm_code']}    ",
            row["gm_naam"].partition(" (")[0],
            row["gm_naam"],
            f"{row['ld_code']}  ",
            row["ld_naam"],
            f"{row['pv_code']}  ",
            row["pv_naam"],
            f"{row['vr_code']}  ",
            row["vr_naam"],
            row["grootteklasse_cbs"],
            "",
            str(1 + int(row["gm_code"][2:]) % 5),
            "",
            row["inwoners_20260101"],
            str(200 + int(row["gm_code"][2:])),
        ]
        for row in csv.DictReader(text.splitlines())
    ]


def table(
    rows: Iterable[list[str]] | None = None,
    *,
    head: Iterable[str] = HEAD_2023,
    name_column: Callable[[str], str] = str,
    foot: str = "Bron: CBS",
) -> bytes:
    """A table with a mark of its encoding in front, quoted names of columns, and its source below."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([name_column(name) for name in head])
    writer.writerows(rows_of_2026() if rows is None else rows)
    return ("\ufeff" + written.getvalue() + f'"{foot}"\r\n').encode()


def changed(code: str, column: int, value: str) -> list[list[str]]:
    """The rows of 2026 with another value in one cell."""
    rows = rows_of_2026()
    [row] = [row for row in rows if row[CODE].strip() == code]
    row[column] = value
    return rows


def before_voorne(rows: list[list[str]] | None = None) -> list[list[str]]:
    """The rows of a year in which Brielle, Hellevoetsluis and Westvoorne were no Voorne aan Zee yet."""
    found = []
    for row in rows or rows_of_2026():
        if row[CODE].strip() != "GM1992":
            found.append(row)
            continue
        for code, name in (("GM0501", "Brielle"), ("GM0530", "Hellevoetsluis"), ("GM0614", "Westvoorne")):
            found.append([name, code, name, name, *row[4:]])
    return found
