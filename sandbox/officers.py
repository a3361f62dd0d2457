"""`python -m sandbox.officers --number 6281233344455`: the section head of the demo, who answers what WhatsApp brings.

Each question is read for a few seconds, then answered once, as a reply to that very message.
"""

import argparse
import json
import sys
import time
import urllib.request
from typing import Any

READING_S = 3.0
LOOK_EVERY_S = 0.5
ANSWER = (
    "Terima kasih sudah diteruskan. Sampaikan permohonan maaf kami: antrean sudah kami tambah satu petugas, dan warga "
    "boleh langsung ke loket informasi."
)


class Phone:
    """One officer's telephone at the stand-in: what came in, and which of it was answered."""

    def __init__(self, base: str, number: str) -> None:
        self.base = base.rstrip("/")
        self.number = number
        self.answered: set[str] = set()

    def questions(self) -> list[dict[str, Any]]:
        """What the desk wrote and nobody answered yet. The ledger names no reader: the demo has one officer."""
        ours = [one for one in self._ask("ledger") if one["platform"] == "whatsapp" and one["author"] == one["account"]]
        return [one for one in ours if one["id"] not in self.answered]

    def answer(self, question: dict[str, Any]) -> None:
        self.answered.add(question["id"])
        about = {"platform": "whatsapp", "account": question["account"], "author": self.number, "name": "Bu Kasi"}
        self._ask("dm", about | {"text": ANSWER, "quotes": question["id"]})

    def _ask(self, path: str, data: dict[str, Any] | None = None) -> Any:
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(f"{self.base}/_sandbox/{path}", body)  # noqa: S310  an address of our own
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return json.load(answer)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.officers", description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8900")
    parser.add_argument("--number", required=True)
    asked = parser.parse_args()
    phone = Phone(asked.base, asked.number)
    try:
        while True:
            time.sleep(LOOK_EVERY_S)
            try:
                questions = phone.questions()
            except OSError:
                continue  # the stand-in is not there yet, or not any more
            for question in questions:
                time.sleep(READING_S)
                phone.answer(question)
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
