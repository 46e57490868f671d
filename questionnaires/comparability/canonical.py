"""Canonical JSON: one text for one content, so that equal content has an equal hash on every machine."""

from __future__ import annotations

import hashlib
import json
import unicodedata


def canonical_json(content: object) -> str:
    """Return content as JSON with sorted keys, without spaces, in composed Unicode (NFC).

    >>> canonical_json({"b": 1, "a": [True, None]})
    '{"a":[true,null],"b":1}'
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return unicodedata.normalize("NFC", text)


def hash_content(content: str) -> str:
    """Return the SHA-256 of a text: "sha256:" and 64 hexadecimal digits.

    >>> hash_content("{}")
    'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
    """
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()
