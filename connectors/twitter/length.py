"""How X counts a text: 280 weighted characters, where an emoji or a Han character takes two and any address 23."""


def weighted(text: str) -> int:
    """X's own rules (twitter-text, version 3), as the length of `text`."""
    from twitter_text import parse_tweet  # takes half a second to load: not at every start of the desk

    return int(parse_tweet(text).weightedLength)
