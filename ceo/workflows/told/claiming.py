"""Claims of cause in what residents would read: a sentence that says why a figure is as it is. No measurement of ours can tell that.

It serves a warning before a text is published, never a decision: staff look and may keep it. It reads Dutch only.
"""

from __future__ import annotations

import re
from typing import Final

_CAUSE: Final = re.compile(
    r"\b(?:door|doordat|daardoor|hierdoor|waardoor|dankzij|omdat|vanwege|gevolg van"
    r"|leid(?:t|de|den)? tot|geleid tot|zorg(?:t|de|den) voor)\b",
    re.IGNORECASE,
)
_FIGURE: Final = re.compile(
    r"\b(?:(?:rapport)?cijfers?|(?:thema)?scores?|punt(?:en)?|procent|percentages?|uitkomst(?:en)?)\b|\d\s?%",
    re.IGNORECASE,
)
# A point within a number ends no sentence.
_END: Final = re.compile(r"(?<=[.!?])\s+|\n+")


def causal_claims(text: str) -> tuple[str, ...]:
    """Return the sentences in which a word of cause and a word for a figure stand together, as they are written.

    >>> causal_claims("Door deze actie steeg het cijfer met 10 punten. Het cijfer is nu 68.")
    ('Door deze actie steeg het cijfer met 10 punten.',)
    >>> causal_claims("U vond dit lastig, omdat er drie nummers zijn. Wij maken er één nummer van. Het cijfer is nu 6.8.")
    ()
    """
    sentences = (one.strip() for one in _END.split(text))
    return tuple(one for one in sentences if _CAUSE.search(one) and _FIGURE.search(one))
