"""What strangers write, made so that every database takes it: one message must never stop those behind it. Pure.

JSON may carry a NUL and half of a surrogate pair; PostgreSQL takes neither, and SQLite no half pair. As Python reads
it, it may carry NaN and infinity, which neither takes.
"""

import hashlib
import json
import math
import re
from typing import Any

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
ODD = re.compile("\\\\u0000|[\ud800-\udfff]|NaN|Infinity")
"""The same in written JSON."""
WRITTEN = json.JSONEncoder(ensure_ascii=False).encode
NAME_MAX = 100
LINK_MAX = 300


def storable(text: str) -> str:
    return UNSTORABLE.sub("\ufffd", text)


def storable_json(value: Any) -> Any:
    """JSON, as it is where nothing in it is odd: nearly always."""
    return _storable(value) if ODD.search(WRITTEN(value)) else value


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {storable(str(key)): _storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    return value


def storable_id(text: str, most: int) -> str:
    """A platform's name of something. One that is too long keeps a digest of its end: cut off, two might be one."""
    kept = storable(text)
    if len(kept) <= most:
        return kept
    digest = hashlib.sha256(kept.encode()).hexdigest()[:32]
    return f"{kept[: most - len(digest) - 1]}~{digest}"


def link(address: str) -> str:
    """None rather than half of one."""
    return storable(address) if len(address) <= LINK_MAX else ""
