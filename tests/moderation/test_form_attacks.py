"""The public question form, attacked: by machines, by whoever tries numbers, and by what people really paste."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.utils import timezone
from waitress.proxy_headers import proxy_headers_middleware

from moderation import form, triage
from moderation.models import Message
from offices.models import Event, Office
from tests import console
from tests.moderation.test_form import ASK, filled
from tests.rows import an_office, an_officer

pytestmark = pytest.mark.django_db
Site = Callable[[str, str, dict[str, Any]], int]


@pytest.fixture(autouse=True)
def office() -> Office:
    return an_office()


@pytest.fixture
def behind_the_proxy(monkeypatch: pytest.MonkeyPatch) -> Site:
    """The console as docker-compose.yml starts it: what the proxy says of the visitor is believed."""
    given: dict[str, Any] = {}

    class Server:
        def run(self) -> None: ...

    def create(app: Any, **options: Any) -> Server:
        given.update(options)
        return Server()

    monkeypatch.setattr("config.management.commands.web.create_server", create)
    monkeypatch.setattr("config.management.commands.web.signal.signal", lambda *_: None)
    call_command("web", trusted_proxy="*", verbosity=0)
    desk = ClientHandler(enforce_csrf_checks=False)
    seen: list[int] = []
    app = proxy_headers_middleware(
        lambda environ, start: seen.append(desk(environ).status_code),
        trusted_proxy=given["trusted_proxy"],
        trusted_proxy_headers=given["trusted_proxy_headers"],
        clear_untrusted=given["clear_untrusted_proxy_headers"],
    )

    def post(forwarded: str, path: str, data: dict[str, Any]) -> int:
        asked = RequestFactory().post(path, data, REMOTE_ADDR="172.20.0.3", HTTP_X_FORWARDED_FOR=forwarded)
        app(asked.environ, None)
        return seen.pop()

    return post


def test_behind_the_proxy_each_line_is_counted_by_its_own_address(behind_the_proxy: Site) -> None:
    """And by the one that the proxy saw: what a visitor writes before it is theirs to invent."""
    for number in range(form.QUESTIONS_MAX):
        assert behind_the_proxy(f"198.51.100.{number}, 203.0.113.7", ASK, filled()) == 302
    assert behind_the_proxy("198.51.100.99, 203.0.113.7", ASK, filled()) == 429
    assert behind_the_proxy("203.0.113.8", ASK, filled()) == 302


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("2001:DB8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_lines_in_other_clothes(address: str, network: str) -> None:
    """Of IPv4 written as IPv6 the first half is the same for the whole world: one flood would shut everybody out."""
    assert form.network_of(address) == network


def test_a_machine_that_fills_the_trap_learns_nothing_and_wastes_nobodys_share() -> None:
    client = Client(REMOTE_ADDR="203.0.113.7")
    for _ in range(form.QUESTIONS_MAX + 3):
        assert client.post(ASK, filled(subject="obat kuat")).status_code == 422
    assert client.post(ASK, filled()).status_code == 302
    assert Message.objects.count() == 1


ODD = {
    "NUL": "Antre\x00lama",
    "controls": "Antre \x1b[31mlama\x07\x08 di loket\x0b\x0c",
    "turned round": "Antre \u202eamal\u202c\u2066 di loket\u200b\ufeff",
    "half a character": "Antre \ud83d lama",
    "beyond the last": "Antre \uffff\U0010ffff lama",
    "HTML": "<script>alert(1)</script>{{ settings.SECRET_KEY }}{% now 'Y' %}",
    "a formula": '=HYPERLINK("http://x","y")\t+62',
    "heaps of marks": "a" + "\u0301" * 2000,
    "lines": "Antre\r\n\r\n\rlama" + "\n" * 500 + "sekali",
    "blanks alone": " \t\u3000\u00a0\n",
    "nothing that shows": "\u200b\u2060\ufeff",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_what_people_paste_is_stored_and_shown_or_refused_with_words(office: Office, text: str) -> None:
    body = "&".join(
        f"{name}={quoted(said)}" for name, said in filled(text=text, name=text[:100], contact=text[:100]).items()
    )
    answer = Client().post(ASK, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        assert 'role="alert"' in answer.content.decode() or "errorlist" in answer.content.decode()
        assert not Message.objects.exists()
        return
    triage.judge_new(timezone.now())
    message = Message.objects.get()
    desk = console.signed_in(an_officer(office))
    for reader, place in (
        (Client(), answer["Location"]),
        (desk, "/kotak-masuk/"),
        (desk, f"/kotak-masuk/{message.pk}/"),
    ):
        page = reader.get(place, follow=True)
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()


def quoted(text: str) -> str:
    """Percent-encoded, halves of characters too: a machine sends what no browser would."""
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))


def test_what_has_nothing_to_read_is_no_question() -> None:
    for text in (ODD["blanks alone"], ODD["nothing that shows"], "\x07\x08"):
        assert Client().post(ASK, filled(text=text)).status_code == 422, repr(text)
    assert not Message.objects.exists()


def test_too_long_a_text_is_refused_and_its_writer_keeps_it() -> None:
    page = Client().post(ASK, filled(text="Antre lama. " * 400))
    assert page.status_code == 422
    assert "Antre lama. " * 400 in page.content.decode()


def test_a_body_beyond_all_measure_is_refused() -> None:
    assert Client(raise_request_exception=False).post(ASK, filled(text="x" * 11_000_000)).status_code in (400, 413)
    many = {f"x{number}": "" for number in range(1100)}
    assert Client(raise_request_exception=False).post(ASK, {**filled(), **many}).status_code == 400
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x"]
)
def test_another_kind_of_body_is_an_empty_form(kind: str) -> None:
    answer = Client(raise_request_exception=False).post(ASK, b'{"text": "Antre"}', content_type=kind)
    assert answer.status_code in (200, 400, 422)
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_the_same_form_at_the_same_moment_is_one_question(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both looked before either had written."""
    question = form.Question("Antre lama", uuid.uuid4())
    monkeypatch.setattr(form, "find", lambda office, ticket: None)
    assert form.ask(office, question, timezone.now()) == form.ask(office, question, timezone.now())
    assert Message.objects.count() == Event.objects.filter(verb="message.asked").count() == 1
    other = an_office("mawar")
    form.ask(other, question, timezone.now())
    assert Message.objects.count() == 2


def test_only_a_browser_that_saw_the_form_can_send_it() -> None:
    """No other site sends questions in its visitors' names."""
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(ASK, filled()).status_code == 403
    page = strict.get(ASK).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    given = {**filled(key=key[1]), "csrfmiddlewaretoken": token[1]}
    assert strict.post(ASK, given).status_code == 302


@pytest.mark.parametrize(
    "number",
    [
        "A" * 12,
        "a" * 11,
        "0" * 12,
        "x" * 300,
        "../../etc",
        "%00",
        "2" * 11 + "\u0662",
        "１２３４５６７８９ＡＢＣ",
        "'; DROP TABLE--",
        "-",
    ],
)
def test_numbers_that_are_none(number: str) -> None:
    looked = Client().post(f"{ASK}jawaban/", {"ticket": number})
    assert looked.status_code in (200, 302)
    if looked.status_code == 302:
        assert Client().get(looked["Location"]).status_code == 404


def test_a_number_is_tried_by_typing_as_slowly_as_by_address() -> None:
    """Typing leads to the address, and there it is counted; right ones count like wrong ones, so none is told apart."""
    client = Client(REMOTE_ADDR="203.0.113.9")
    right = client.post(ASK, filled())["Location"]
    for _ in range(form.LOOKUPS_MAX):
        client.get(client.post(f"{ASK}jawaban/", {"ticket": "2" * 12})["Location"])
    assert client.get(right).status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.10").get(right).status_code == 200
