"""Kappa: how far readers of the same stories agree on a code, beyond what they would by chance.

Two readers who seldom give a code agree on most stories without reading them: kappa takes that part away, 1 is complete agreement and
0 no more than chance. It is low, too, when a code is very rare or very common, however often readers agree; so look at the observed
agreement and at how often the code was given beside it. For two readers Cohen's kappa; for more readers Krippendorff's alpha, because
not every reader reads every story, and kappas by pair would count a reader with many partners more often.

How good an interval is depends less on the number of stories than on how often the rarest code was given. Two readers, yes or no, true
kappa 0.8, 600 to 2,000 times for each figure: intervals of 95 % held it in 61 % with a code in 10 % of 30 stories and in 86 % of 64,
where it was given 3 and 6 times by each reader; given 10 times in 87 to 90 %, 15 times in 88 to 94 %, 20 times in 91 to 93 %, however
many stories there were. So below 15 by each reader the interval is rough as well. A rough interval is not to be shown, and carries no
verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import NormalDist
from typing import Generic, TypeVar

from analysis.results import Interval, NotEstimable

# Fewer stories tell nothing about agreement.
FEWEST_READ = 10
# The interval is good from 16 k² stories on, with k codes; below that it is rough (Fleiss & Cicchetti 1978).
_GOOD_FROM = 16
# And when each reader gave each code at least so often, on average: see the module.
_GIVEN_FROM = 15
_Code = TypeVar("_Code", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Agreement(Generic[_Code]):
    """Agreement on `read` stories: `value` is kappa or alpha, at most 1, with its interval. `rough`: that says too much.

    `observed`: the share of stories (of pairs of readings) that got the same code, `expected` the share by chance alone. `given`: how
    often each code was given, as a part of all readings. All fractions from 0 to 1.
    """

    value: float
    interval: Interval
    observed: float
    expected: float
    given: Mapping[_Code, float]
    read: int
    rough: bool


def cohen_kappa(
    first: Sequence[_Code], second: Sequence[_Code], *, confidence: float = 0.95
) -> Agreement[_Code] | NotEstimable:
    """Return Cohen's kappa of two readers, who gave each story one of several codes (or True and False), in the same order of stories.

    κ = (p_o − p_e)/(1 − p_e), with p_o = Σ p_ii and p_e = Σ p_i.p_.i; interval κ ∓ z·s, at most from −1 to 1, with n(1 − p_e)⁴s² = Σ
    p_ii[(1 − p_e) − (p_.i + p_i.)(1 − p_o)]² + (1 − p_o)² Σ_(i≠j) p_ij(p_.i + p_j.)² − (p_o p_e − 2p_e + p_o)². From 10 stories on;
    the interval is rough below 16k² stories with k codes (64 for yes or no), where a code was given fewer than 15 times by each
    reader on average, and where readers agree on every story: then it is the point 1. A reader who gave all stories one code makes
    κ 0 with an interval from 0 to 0 whatever the other reader did, because p_o = p_e: that is no agreement and no disagreement, and
    the answer is "one_code_by_reader".
    Source: Cohen (1960), Educational and Psychological Measurement 20, 37-46; Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72,
    323-327; Fleiss & Cicchetti (1978), Applied Psychological Measurement 2, 113-117.

    >>> first = [True] * 25 + [False] * 25
    >>> second = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    >>> found = cohen_kappa(first, second)
    >>> round(found.value, 2), round(found.interval.low, 2), round(found.interval.high, 2), found.observed, found.rough
    (0.4, 0.15, 0.65, 0.7, True)
    """
    assert len(first) == len(second), "both read the same stories"
    n = len(first)
    if n < FEWEST_READ:
        return NotEstimable("too_few_stories", n)
    cells = {pair: count / n for pair, count in Counter(zip(first, second, strict=True)).items()}
    rows, columns = ({code: count / n for code, count in Counter(it).items()} for it in (first, second))
    codes = list(dict.fromkeys((*first, *second)))
    one, other = ({code: of.get(code, 0.0) for code in codes} for of in (rows, columns))
    expected = fsum(one[code] * other[code] for code in codes)
    if len(codes) == 1:  # chance agrees on everything
        return NotEstimable("same_code", n)
    if len(rows) == 1 or len(columns) == 1:
        return NotEstimable("one_code_by_reader", n)
    observed = fsum(share for (a, b), share in cells.items() if a == b)
    same = fsum(
        share * ((1 - expected) - (other[a] + one[a]) * (1 - observed)) ** 2
        for (a, b), share in cells.items()
        if a == b
    )
    apart = fsum(share * (other[a] + one[b]) ** 2 for (a, b), share in cells.items() if a != b)
    centre = (observed * expected - 2 * expected + observed) ** 2
    variance = max(same + (1 - observed) ** 2 * apart - centre, 0.0) / (n * (1 - expected) ** 4)
    value = (observed - expected) / (1 - expected)
    given = {code: (one[code] + other[code]) / 2 for code in codes}
    interval = _interval(value, sqrt(variance), confidence)
    rough = n < _GOOD_FROM * len(codes) ** 2 or _says_too_much(given, n, observed)
    return Agreement(value, interval, observed, expected, given, n, rough)


def nominal_alpha(readings: Sequence[Sequence[_Code]], *, confidence: float = 0.95) -> Agreement[_Code] | NotEstimable:
    """Return Krippendorff's alpha of any number of readers: `readings` holds by story the codes that it got, from whomever.

    α = 1 − D_o/D_e. D_o: the mean over stories, weighted by their m_u readings, of the share of pairs of readings that differ; D_e:
    the share of all pairs of the n readings, of whatever story, that differ. Stories with one reading do not count. The interval is
    that of the jackknife over stories: α ∓ z·√((U − 1)/U · Σ(α_(u) − ᾱ)²), and is called rough below 64 stories, and as of
    `cohen_kappa`: with a code that was given seldom, and where readers agree on every story.
    Source: Krippendorff (2019), Content Analysis, 4th edition, chapter 12; Efron & Stein (1981), Annals of Statistics 9, 586-596.

    >>> read = ["111", "2223", "3333", "3333", "2222", "1234", "4444", "1121", "2222", "555", "11", "3"]
    >>> found = nominal_alpha(read)
    >>> round(found.value, 3), round(found.interval.low, 2), found.interval.high, found.read
    (0.743, 0.46, 1.0, 11)
    """
    paired = [Counter(story) for story in readings if len(story) > 1]
    if len(paired) < FEWEST_READ:
        return NotEstimable("too_few_stories", len(paired))
    disagreement = [_disagreement(story) for story in paired]
    total = sum(paired, Counter[_Code]())
    if len(total) == 1:
        return NotEstimable("same_code", len(paired))
    value = _alpha(fsum(disagreement), total)
    # A story that alone holds all but one code leaves readings without any difference: nothing to disagree about.
    without = [
        _alpha(fsum(disagreement) - own, total - story) if len(total - story) > 1 else 1.0
        for own, story in zip(disagreement, paired, strict=True)
    ]
    mean = fsum(without) / len(without)
    error = sqrt((len(paired) - 1) / len(paired) * fsum((one - mean) ** 2 for one in without))
    n = total.total()
    expected = 1 - _differing(total) / (n - 1) / n
    given = {code: count / n for code, count in total.items()}
    observed = 1 - fsum(disagreement) / n
    stories = len(paired)
    rough = stories < 4 * _GOOD_FROM or _says_too_much(given, stories, observed)
    return Agreement(value, _interval(value, error, confidence), observed, expected, given, stories, rough)


def _says_too_much(given: Mapping[_Code, float], stories: int, observed: float) -> bool:
    """Return whether an interval is too narrow: a code was seldom given, or nothing was seen of how readers differ."""
    return min(given.values()) * stories < _GIVEN_FROM or observed >= 1


def _interval(value: float, error: float, confidence: float) -> Interval:
    half = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return Interval(max(value - half, -1.0), min(value + half, 1.0))


def _differing(codes: Counter[_Code]) -> float:
    """Return the number of ordered pairs of readings that differ."""
    return codes.total() ** 2 - sum(count**2 for count in codes.values())


def _disagreement(story: Counter[_Code]) -> float:
    """Return the pairs of readings of a story that differ, for each reading: m times the share of pairs that do."""
    return _differing(story) / (story.total() - 1)


def _alpha(disagreement: float, total: Counter[_Code]) -> float:
    """Return 1 − D_o/D_e of readings of which the stories together have so much disagreement."""
    return 1 - disagreement * (total.total() - 1) / _differing(total)
