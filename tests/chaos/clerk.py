"""The officer at the console's own pages: signs in, opens a case, answers by its form; and where nothing came back,
sends the same form once more or opens the case anew, as people do."""

import random
import re
from typing import Any

import requests

from moderation.models import Case

NAME, PASSWORD = "sari", "kata-sandi-uji"
PATIENCE_S = 3.0


class Clerk:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.browser = requests.Session()
        self.forms: dict[int, tuple[str, dict[str, str]]] = {}
        """Forms that were sent and of which nothing came back: a case's number → address and fields."""
        self.promised: tuple[str, ...] = ()

    def answer(self, console: str, case: Case, text: str) -> None:
        """One try. Raises requests.RequestException where the console is away or broken; the next try goes on."""
        address = f"{console}/kasus/{case.pk}/"
        if case.pk not in self.forms or self.dice.random() < 0.5:
            page = self.open(console, address)
            if text in page.text:
                return  # it stands there already: the first try did arrive
            self.forms[case.pk] = form_with(page, "/jawab/")
        action, fields = self.forms[case.pk]
        self.send(console + action, {**fields, "text": text})
        self.promised += (text,)
        del self.forms[case.pk]

    def open(self, console: str, address: str) -> requests.Response:
        page = self.get(address)
        if "/masuk/" in page.url:
            _, fields = form_with(page, 'name="username"')
            self.send(page.url, {**fields, "username": NAME, "password": PASSWORD})
            page = self.get(address)
        return page

    def get(self, address: str) -> requests.Response:
        page = self.browser.get(address, timeout=PATIENCE_S)
        page.raise_for_status()
        return page

    def send(self, address: str, fields: dict[str, Any]) -> None:
        done = self.browser.post(address, data=fields, timeout=PATIENCE_S, allow_redirects=False)
        done.raise_for_status()
        assert done.status_code == 302, f"{address}: {done.status_code}"


def form_with(page: requests.Response, words: str) -> tuple[str, dict[str, str]]:
    """Address and hidden fields of the first form that has these words."""
    forms = re.findall(r"<form.*?</form>", page.text, re.DOTALL)
    found: str = next(form for form in forms if words in form)
    action = re.search(r'action="([^"]*)"', found)
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found)
    return action[1] if action else "", dict(hidden)
