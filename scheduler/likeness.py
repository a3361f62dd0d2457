"""How two rows look alike, and whether one says something new. Pure: three digests in one short text."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from scheduler.rows import Row

SHORT = 16


@dataclass(frozen=True, slots=True)
class Likeness:
    """What `Delivery.likeness` holds: digests of the caption (without case and spacing), of the media (their order
    aside), and of all that the row said when it was last read. The last tells an edit of the file from an edit in
    the console, which stays until the row itself changes."""

    caption: str
    media: str
    said: str

    def __str__(self) -> str:
        return self.caption + self.media + self.said

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text[:SHORT], text[SHORT : 2 * SHORT], text[2 * SHORT :])

    @classmethod
    def of(cls, row: Row, media_sha256: Sequence[str]) -> Self:
        said = [row.caption, row.at.isoformat(), row.theme, row.status, row.kind, row.alt_texts, list(media_sha256)]
        return cls(
            _digest(" ".join(row.caption.casefold().split()))[:SHORT],
            _digest("\n".join(sorted(media_sha256)))[:SHORT],
            _digest(json.dumps(said))[: 2 * SHORT],
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
