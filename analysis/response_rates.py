"""Response rates: what became of everybody who was to be asked, in the terms of the American Association for Public Opinion Research.

The names I, P, R, NC, O, UH, UO and e are those of AAPOR (2023), Standard Definitions: Final Dispositions of Case Codes and
Outcome Rates for Surveys, 10th edition, so that rates of different surveys can be laid beside each other. A rate that was
chosen after seeing the figures misleads: name the rate, and keep to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analysis.results import NotEstimable

# Reason of a rate without anybody in its denominator.
NO_CASES = "no_cases"


class Rate(StrEnum):
    """The outcome rates. What a higher number counts and leaves out is in the docstring of its family."""

    RR1 = "RR1"
    RR2 = "RR2"
    RR3 = "RR3"
    RR4 = "RR4"
    RR5 = "RR5"
    RR6 = "RR6"
    COOP1 = "COOP1"
    COOP2 = "COOP2"
    COOP3 = "COOP3"
    COOP4 = "COOP4"
    REF1 = "REF1"
    REF2 = "REF2"
    REF3 = "REF3"
    CON1 = "CON1"
    CON2 = "CON2"
    CON3 = "CON3"


@dataclass(frozen=True, slots=True)
class Dispositions:
    """How many of those who were drawn ended in which final disposition; the letters are those of AAPOR.

    `eligible_share` is e, 0-1: the share of those of unknown eligibility who belong to the population. None: estimated in
    proportion to those of known eligibility (`eligibility`).
    """

    complete: int = 0  # I
    partial: int = 0  # P, enough answers to count
    refused: int = 0  # R, with those who broke off
    no_contact: int = 0  # NC, belongs to the population and was not reached
    other: int = 0  # O, reached and did not refuse: not able, no language in common, deceased after the drawing
    unknown_household: int = 0  # UH, unknown whether the address or the person is there: nothing ever came back
    unknown_other: int = 0  # UO, there, and unknown whether they belong to the population
    not_eligible: int = 0  # NE, does not belong to the population: in no rate
    eligible_share: float | None = None  # e

    @property
    def interviewed(self) -> int:
        """I + P."""
        return self.complete + self.partial

    @property
    def eligible(self) -> int:
        """(I + P) + (R + NC + O): those who are known to belong to the population."""
        return self.interviewed + self.refused + self.no_contact + self.other

    @property
    def unknown(self) -> int:
        """UH + UO."""
        return self.unknown_household + self.unknown_other


def eligibility(cases: Dispositions) -> float | NotEstimable:
    """Return e, the share 0-1 of those of unknown eligibility who belong to the population: as it is given, or estimated.

    Proportional allocation: e = (I + P + R + NC + O)/(I + P + R + NC + O + NE), as among those of whom it is known. Not
    estimable when it is known of nobody.
    Source: AAPOR (2023), on estimating e; the proportional one is that of the Council of American Survey Research
    Organizations (CASRO, 1982), On the Definition of Response Rates.

    >>> eligibility(Dispositions(complete=4, partial=2, refused=1, no_contact=1, other=1, not_eligible=1))
    0.9
    """
    if cases.eligible_share is not None:
        return cases.eligible_share
    known = cases.eligible + cases.not_eligible
    return cases.eligible / known if known else NotEstimable(NO_CASES, 0)


def response_rates(cases: Dispositions) -> dict[Rate, float | NotEstimable]:
    """Return RR1 to RR6, fractions 0-1: how many of those who should have answered did.

    Numerator I (RR1, RR3, RR5) or I + P (RR2, RR4, RR6), over the eligible with everybody of unknown eligibility (RR1, RR2),
    with the share e of them (RR3, RR4), or without them (RR5, RR6):
    RR1 = I/((I + P) + (R + NC + O) + (UH + UO)), RR3 = I/((I + P) + (R + NC + O) + e(UH + UO)),
    RR5 = I/((I + P) + (R + NC + O)). RR1 is the least, and never flatters.
    Source: AAPOR (2023), Standard Definitions, 10th edition, response rates.

    >>> cases = Dispositions(complete=4, partial=2, refused=1, no_contact=1, other=1,
    ...     unknown_household=1, unknown_other=1, not_eligible=1)
    >>> [round(rate, 3) for rate in response_rates(cases).values()]
    [0.364, 0.545, 0.37, 0.556, 0.444, 0.667]
    """
    answered = (cases.complete, cases.interviewed)
    return {
        Rate.RR1: _over(answered[0], cases.eligible + cases.unknown),
        Rate.RR2: _over(answered[1], cases.eligible + cases.unknown),
        Rate.RR3: _over(answered[0], _with_share(cases)),
        Rate.RR4: _over(answered[1], _with_share(cases)),
        Rate.RR5: _over(answered[0], cases.eligible),
        Rate.RR6: _over(answered[1], cases.eligible),
    }


def cooperation_rates(cases: Dispositions) -> dict[Rate, float | NotEstimable]:
    """Return COOP1 to COOP4, fractions 0-1: how many of those who were reached took part.

    COOP1 = I/((I + P) + R + O), COOP2 = (I + P)/((I + P) + R + O), COOP3 = I/((I + P) + R), COOP4 = (I + P)/((I + P) + R):
    the last two leave out those who could not take part.
    Source: AAPOR (2023), Standard Definitions, 10th edition, cooperation rates.

    >>> cases = Dispositions(complete=4, partial=2, refused=1, no_contact=1, other=1,
    ...     unknown_household=1, unknown_other=1)
    >>> [round(rate, 3) for rate in cooperation_rates(cases).values()]
    [0.5, 0.75, 0.571, 0.857]
    """
    able = cases.interviewed + cases.refused
    return {
        Rate.COOP1: _over(cases.complete, able + cases.other),
        Rate.COOP2: _over(cases.interviewed, able + cases.other),
        Rate.COOP3: _over(cases.complete, able),
        Rate.COOP4: _over(cases.interviewed, able),
    }


def refusal_rates(cases: Dispositions) -> dict[Rate, float | NotEstimable]:
    """Return REF1 to REF3, fractions 0-1: how many refused or broke off.

    REF1 = R/((I + P) + (R + NC + O) + (UH + UO)), REF2 = R/((I + P) + (R + NC + O) + e(UH + UO)),
    REF3 = R/((I + P) + (R + NC + O)).
    Source: AAPOR (2023), Standard Definitions, 10th edition, refusal rates.

    >>> cases = Dispositions(complete=4, partial=2, refused=1, no_contact=1, other=1,
    ...     unknown_household=1, unknown_other=1, not_eligible=1)
    >>> [round(rate, 3) for rate in refusal_rates(cases).values()]
    [0.091, 0.093, 0.111]
    """
    return {
        Rate.REF1: _over(cases.refused, cases.eligible + cases.unknown),
        Rate.REF2: _over(cases.refused, _with_share(cases)),
        Rate.REF3: _over(cases.refused, cases.eligible),
    }


def contact_rates(cases: Dispositions) -> dict[Rate, float | NotEstimable]:
    """Return CON1 to CON3, fractions 0-1: how many were reached.

    CON1 = ((I + P) + R + O)/((I + P) + R + O + NC + (UH + UO)), CON2 with e(UH + UO), CON3 without UH + UO.
    Source: AAPOR (2023), Standard Definitions, 10th edition, contact rates.

    >>> cases = Dispositions(complete=4, partial=2, refused=1, no_contact=1, other=1,
    ...     unknown_household=1, unknown_other=1, not_eligible=1)
    >>> [round(rate, 3) for rate in contact_rates(cases).values()]
    [0.727, 0.741, 0.889]
    """
    reached = cases.eligible - cases.no_contact
    return {
        Rate.CON1: _over(reached, cases.eligible + cases.unknown),
        Rate.CON2: _over(reached, _with_share(cases)),
        Rate.CON3: _over(reached, cases.eligible),
    }


def outcome_rates(cases: Dispositions) -> Mapping[Rate, float | NotEstimable]:
    """Return all rates, in the order of `Rate`.

    Source: AAPOR (2023), Standard Definitions, 10th edition; see each family of rates.

    >>> rates = outcome_rates(Dispositions(complete=30, refused=10, unknown_household=60))
    >>> rates[Rate.RR1], rates[Rate.COOP1], rates[Rate.REF1]
    (0.3, 0.75, 0.1)
    """
    return {**response_rates(cases), **cooperation_rates(cases), **refusal_rates(cases), **contact_rates(cases)}


def _with_share(cases: Dispositions) -> float:
    """Return the eligible with the share e of the unknown."""
    share = eligibility(cases)
    # Unknown of everybody: nobody answered either, and e does not matter to a rate of 0.
    return cases.eligible + (1.0 if isinstance(share, NotEstimable) else share) * cases.unknown


def _over(part: int, whole: float) -> float | NotEstimable:
    return part / whole if whole else NotEstimable(NO_CASES, 0)
