"""How X counts a text: 280 weighted characters, where an emoji or a Han character takes two and any address 23."""

import re

MAY_BE_ADDRESS = re.compile(r"\.\w")


def weighted(text: str) -> int:
    """X's own rules (twitter-text, version 3), as the length of `text`.

    Plain letters without an address count as they are; asking the rules takes a thousand times as long, and a
    calendar may have ten thousand rows.
    """
    if text.isascii() and not MAY_BE_ADDRESS.search(text):
        return len(text)
    from twitter_text import parse_tweet  # takes half a second to load: not at every start of the desk

    return int(parse_tweet(text).weightedLength)
