"""In which line of the file a key stands: tomllib reads values without their places, so the text is looked through."""

import re

HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.-]+)\s*\]")
KEY = re.compile(r"^\s*([\w-]+)\s*(?:\.[\w.-]+\s*)?=")

Place = tuple[str, int]
"""A part of the file and its number: ("stage", 2) is the third [[stage]]; ("", 0) is what stands above all parts."""


class Lines:
    """Good enough for a file that is already known to be TOML: a key inside a text of many lines may mislead it."""

    def __init__(self, text: str) -> None:
        self.keys: dict[tuple[Place, str], int] = {}
        self.parts: dict[Place, int] = {}
        here: Place = ("", 0)
        counts: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if header := HEADER.match(line):
                name = header[2]
                here = (name, counts.get(name, 0))
                counts[name] = here[1] + 1
                self.parts.setdefault(here, number)
            elif key := KEY.match(line):
                self.keys.setdefault((here, key[1]), number)

    def of(self, part: str, number: int = 0, key: str = "") -> int:
        """The key's line, else its part's (above all parts, a key may be a part itself), else the first."""
        place = (part, number)
        found = self.keys.get((place, key)) or self.parts.get(place)
        return found or self.parts.get((key, 0), 1)
