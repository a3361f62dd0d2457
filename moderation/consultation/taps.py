"""What an officer's tap means, by the title of the button: titles travel with the template that Meta approved."""

from enum import StrEnum


class Tap(StrEnum):
    ANSWER = "answer"
    PASS_ON = "pass"  # noqa: S105
    TIME = "time"


BUTTONS = ("Saya jawab", "Teruskan", "Butuh waktu")
"""Below the question; the template's own are the same. Indonesian: they go to an officer. At most 20 characters."""
MEANING = {
    "Saya jawab": Tap.ANSWER,
    "Teruskan": Tap.PASS_ON,
    "Butuh waktu": Tap.TIME,
    # of templates that were approved before there were three
    "Segera saya jawab": Tap.ANSWER,
    "Bukan bidang saya": Tap.PASS_ON,
}
