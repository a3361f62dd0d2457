"""The unpatched tweepy client drives the stand-in of X; a visitor reads and writes its pages."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import tweepy

from sandbox.server import Sandbox
from sandbox.wire import Call
from sandbox.x.doors import signature
from tests.sandbox.conftest import ToSandbox

HANDLE = "pkm_arjuno"
NASTY = "<script>alert('&')</script>"
SAFE = "&lt;script&gt;alert(&#x27;&amp;&#x27;)&lt;/script&gt;"


@pytest.fixture
def x(sandbox: Sandbox) -> Iterator[tweepy.Client]:
    client = tweepy.Client(
        consumer_key="app",
        consumer_secret="app-secret",
        access_token=f"{HANDLE}-token",
        access_token_secret="token-secret",
        return_type=dict,
    )
    client.session.mount("https://", ToSandbox(sandbox.base, 5.0))
    client.get_me()
    yield client
    client.session.close()


class Visitor:
    """A citizen in a browser."""

    def __init__(self, base: str) -> None:
        self.base = base

    def page(self, path: str, status: int = 200) -> str:
        answer = requests.get(f"{self.base}/x.com{path}", timeout=5)
        assert answer.status_code == status
        return answer.text

    def write(self, path: str, **form: str) -> str:
        """Where one is led after writing."""
        answer = requests.post(f"{self.base}/x.com{path}", data=form, allow_redirects=False, timeout=5)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].removeprefix("/x.com")

    def ledger(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = requests.get(f"{self.base}/_sandbox/ledger", timeout=5).json()
        return entries


@pytest.fixture
def visitor(sandbox: Sandbox) -> Visitor:
    return Visitor(sandbox.base)


def post(x: tweepy.Client, text: str, **more: Any) -> str:
    return str(x.create_tweet(text=text, **more)["data"]["id"])


def test_a_post_of_words_stands_on_its_pages(x: tweepy.Client, visitor: Visitor) -> None:
    number = post(x, "Posyandu besok")
    assert f'href="/x.com/{HANDLE}"' in requests.get(visitor.base, timeout=5).text
    assert f'href="/x.com/{HANDLE}/status/{number}"' in visitor.page(f"/{HANDLE}")
    assert "Posyandu besok" in visitor.page(f"/{HANDLE}")
    for path in (f"/{HANDLE}/status/{number}", f"/i/status/{number}/"):
        assert "Posyandu besok" in visitor.page(path)


def test_every_text_is_escaped(x: tweepy.Client, visitor: Visitor) -> None:
    number = post(x, NASTY)
    visitor.write(f"/{HANDLE}/status/{number}", name="Bu Sri", text=NASTY)
    talk = visitor.write(f"/messages/{HANDLE}", name="Bu Sri", text=NASTY)
    for path in (f"/{HANDLE}/status/{number}", f"/{HANDLE}", talk, f"/messages/{HANDLE}"):
        assert SAFE in visitor.page(path)
        assert "<script>" not in visitor.page(path)


def test_a_visitor_answers_and_is_answered(x: tweepy.Client, visitor: Visitor) -> None:
    number = post(x, "Posyandu besok")
    visitor.write(f"/{HANDLE}/status/{number}", name="Bu Sri", text="Jam berapa?")
    comment = visitor.ledger()[-1]["id"]
    answer = post(x, "Jam 8 pagi", in_reply_to_tweet_id=comment)
    page = visitor.page(f"/{HANDLE}/status/{number}")
    outer = page.index(f'id="comment-{comment}"')
    assert outer < page.index('<ol class="comments">', outer) < page.index(f'id="comment-{answer}"')
    assert visitor.page(f"/{HANDLE}/status/{answer}") == page
    assert (visitor.ledger()[-1]["kind"], visitor.ledger()[-1]["parent"]) == ("reply", comment)


def test_a_visitor_names_the_account_and_is_answered(x: tweepy.Client, visitor: Visitor) -> None:
    where = visitor.write(f"/{HANDLE}", name="Pak Joko", text="Antriannya lama")
    entry = visitor.ledger()[-1]
    assert (entry["kind"], entry["account"], entry["text"]) == ("mention", HANDLE, f"@{HANDLE} Antriannya lama")
    post(x, "Kami periksa, Pak", in_reply_to_tweet_id=entry["id"])
    assert "Kami periksa, Pak" in visitor.page(where)
    assert visitor.ledger()[-1]["account"] == HANDLE
    own = x.get_me()["data"]["id"]
    (shown,) = x.get_users_tweets(own, user_auth=True, tweet_fields="conversation_id,in_reply_to_user_id")["data"]
    assert (shown["text"], shown["conversation_id"]) == ("@pak_joko Kami periksa, Pak", entry["id"])
    assert x.get_users_mentions(own, user_auth=True)["meta"]["newest_id"] == entry["id"]


def test_a_visitor_writes_a_message_and_sees_the_answer(x: tweepy.Client, visitor: Visitor) -> None:
    talk = visitor.write(f"/messages/{HANDLE}", name="Pak Joko", text="Buka jam berapa?")
    (event,) = x.get_direct_message_events(dm_event_fields="sender_id,dm_conversation_id")["data"]
    x.create_direct_message(participant_id=event["sender_id"], text="Jam 7.30, Pak.")
    visitor.write(talk, text="Terima kasih")
    assert re.findall(r'<div class="line( own)?"', visitor.page(talk)) == ["", " own", ""]
    by_thread = x.get_direct_message_events(dm_conversation_id=event["dm_conversation_id"])
    assert [one["text"] for one in by_thread["data"]] == ["Terima kasih", "Jam 7.30, Pak.", "Buka jam berapa?"]


def test_a_film_without_a_cover_and_a_hidden_answer(x: tweepy.Client, sandbox: Sandbox, visitor: Visitor) -> None:
    world = sandbox.world
    account = world.account("x", HANDLE)
    assert account is not None
    number = post(x, "Kata kasar di bawah ini")
    visitor.write(f"/{HANDLE}/status/{number}", name="Bu Sri", text="kata kasar")
    comment = visitor.ledger()[-1]["id"]
    for hidden, hide in ((True, x.hide_reply), (False, x.unhide_reply)):
        assert hide(comment)["data"] == {"hidden": hidden}
        assert ("kata kasar" in visitor.page(f"/{HANDLE}/status/{number}")) is not hidden


def test_what_is_gone_says_so_and_its_answers_stay(x: tweepy.Client, visitor: Visitor) -> None:
    number = post(x, "Salah tulis")
    visitor.write(f"/{HANDLE}/status/{number}", name="Bu Sri", text="Loh?")
    comment = visitor.ledger()[-1]["id"]
    x.delete_tweet(number)
    visitor.page(f"/{HANDLE}/status/{number}", 404)
    assert x.get_tweet(comment, user_auth=True)["data"]["text"] == f"@{HANDLE} Loh?"
    for gone in (number, "12345"):
        with pytest.raises(tweepy.NotFound):
            x.get_tweet(gone, user_auth=True)


def test_lists_are_turned_page_by_page(x: tweepy.Client) -> None:
    numbers = [post(x, f"Kiriman {number}") for number in range(12)]
    own = x.get_me()["data"]["id"]
    first = x.get_users_tweets(own, user_auth=True, max_results=5)
    second = x.get_users_tweets(own, user_auth=True, max_results=5, pagination_token=first["meta"]["next_token"])
    found = [one["id"] for one in (*first["data"], *second["data"])]
    assert found == numbers[:1:-1]
    assert first["meta"]["newest_id"] == numbers[-1]
    newer = x.get_users_tweets(own, user_auth=True, since_id=numbers[9], max_results=100)
    assert [one["id"] for one in newer["data"]] == numbers[:9:-1]
    assert "data" not in x.get_users_tweets(own, user_auth=True, since_id=numbers[-1])
    with pytest.raises(tweepy.BadRequest):
        x.get_users_tweets(own, user_auth=True, max_results=4)


@pytest.mark.parametrize(
    ("query", "more"), [("from:1", {}), ("(conversation_id:1) -from:1 -@a", {"start_time": "2020-01-01T00:00:00Z"})]
)
def test_a_search_that_x_would_not_take(x: tweepy.Client, query: str, more: dict[str, str]) -> None:
    with pytest.raises(tweepy.BadRequest):
        x.search_recent_tweets(query, user_auth=True, **more)


def test_a_text_is_not_taken_twice_and_a_wrong_file_not_once(x: tweepy.Client) -> None:
    post(x, "Sekali saja")
    with pytest.raises(tweepy.Forbidden, match="duplicate content"):
        post(x, "Sekali saja")
    for more in ({"media_ids": ["12345"]}, {"media_ids": ["1"] * 5}):
        with pytest.raises(tweepy.BadRequest):
            post(x, "Dengan gambar", **more)


def test_each_answer_says_what_is_left(x: tweepy.Client, sandbox: Sandbox) -> None:
    x.return_type = requests.Response
    headers = x.get_me().headers
    assert int(headers["x-rate-limit-remaining"]) > 0
    assert int(headers["x-rate-limit-reset"]) > time.time()
    assert headers["x-access-level"] == "read-write-directmessages"
    sandbox.faults.add("x", "publish", "429", 1)
    with pytest.raises(tweepy.TooManyRequests) as caught:
        x.create_tweet(text="x")
    assert caught.value.reset_time > time.time()


def test_who_signs_wrong_stays_outside(x: tweepy.Client, sandbox: Sandbox) -> None:
    address = f"{sandbox.base}/api.x.com/2/users/me"
    signed = 'OAuth oauth_consumer_key="app", oauth_nonce="n", oauth_signature_method="HMAC-SHA1", '
    signed += f'oauth_token="{HANDLE}-token"'
    good = f'{signed}, oauth_timestamp="{int(time.time())}"'
    for header in (
        *("", "Basic abc", "Bearer abc", "OAuth nonsense", 'OAuth oauth_token="a-b"'),
        *(good, f'{good}, oauth_signature="abc"', f'{signed}, oauth_timestamp="kemarin", oauth_signature="abc"'),
    ):
        answer = requests.get(address, headers={"Authorization": header}, timeout=5)
        assert answer.status_code == 401, header
        assert answer.headers["Content-Type"] == "application/problem+json"
    account = sandbox.world.account("x", HANDLE)
    assert account is not None
    account.password = "app-secret&other"
    with pytest.raises(tweepy.Unauthorized):
        x.get_me()


def test_the_signature_is_the_standards_own(sandbox: Sandbox) -> None:
    """The worked example in X's documentation of OAuth 1.0a (the keys in it are nobody's)."""
    given = {
        "oauth_consumer_key": "xvz1evFS4wEEPTGEFPHBog",
        "oauth_nonce": "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "1318622958",
        "oauth_token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "oauth_version": "1.0",
    }
    form = {"content-type": "application/x-www-form-urlencoded"}
    body = b"status=Hello%20Ladies%20%2b%20Gentlemen%2c%20a%20signed%20OAuth%20request%21"
    path = "api.twitter.com/1.1/statuses/update.json"
    call = Call(sandbox.world, sandbox.base, "POST", path, {"include_entities": "true"}, form, body)
    key = "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw&LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"
    assert signature(call, given, key) == "hCtSmYh+iHYCEqBWrE7C7hYmtUk="
