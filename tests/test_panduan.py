"""The handbook speaks of the screens as they are: what it sets in italics is a button or a line of them."""

import re
from pathlib import Path

from babel.messages import pofile

ELSEWHERE = {"Tambahkan ke layar utama", "reply"}
"""Of the phone's browser, and of WhatsApp."""


def test_the_handbooks_buttons_stand_on_the_screens() -> None:
    with Path("config/locale/id/LC_MESSAGES/django.po").open("rb") as file:
        words = "\n".join(str(message.string) for message in pofile.read_po(file))
    handbook = Path("docs/panduan.md").read_text().replace("\n", " ")
    named = set(re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", handbook))
    assert len(named) > 10
    assert not {one for one in named - ELSEWHERE if one not in words}
