"""How two rows look alike, and whether one says something new. Pure: three digests."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Self

from scheduler.calendar_file.rows import Row


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a Delivery keeps: digests of the caption (without case and spacing), of the media (their order
    aside), and of all that the row said when it was last read. The last tells an edit of the file from an edit in
    the console, which stays until the row itself changes."""

    SHORT: ClassVar[int] = 16
    LONG: ClassVar[int] = 32

    caption: str
    media: str
    said: str

    @classmethod
    def of(cls, row: Row, account: int | str, media_sha256: Sequence[str]) -> Self:
        """As the row is for one of its accounts. Without media only the caption can be alike."""
        caption, kind = row.captions[account], row.kinds[account]
        said = [
            *(caption, row.title, row.at.isoformat(), row.theme, row.status, kind, row.alt_texts),
            list(media_sha256),
        ]
        return cls(
            _digest(" ".join(caption.casefold().split()))[: cls.SHORT],
            _digest("\n".join(sorted(media_sha256)))[: cls.SHORT] if media_sha256 else "",
            _digest(json.dumps(said))[: cls.LONG],
        )


@lru_cache(maxsize=64)
def _digest(text: str) -> str:
    """Remembered for a moment: a row says the same on most of its accounts."""
    return hashlib.sha256(text.encode()).hexdigest()
