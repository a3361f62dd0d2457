"""The stand-in's pages of Facebook and official Instagram, and what its Graph refuses."""

from typing import Any

import pytest
import requests

from sandbox.server import Sandbox

GRAPH = "graph.facebook.com/v26.0"
TOKENS = {"facebook": "EAA.facebook.puskesmas.arjuno", "instagram_graph": "EAA.instagram_graph.puskesmas.arjuno"}
HANDLE = "puskesmas.arjuno"


class Page:
    """Asks by one token."""

    def __init__(self, sandbox: Sandbox, platform: str) -> None:
        self.sandbox, self.platform = sandbox, platform
        self.pk = self.get("me")["id"]

    def call(self, method: str, path: str, **words: str) -> requests.Response:
        words = {"access_token": TOKENS[self.platform], **words}
        where: dict[str, Any] = {"data": words} if method == "POST" else {"params": words}
        return requests.request(method, f"{self.sandbox.base}/{GRAPH}/{path}", timeout=5, **where)

    def get(self, path: str, **words: str) -> Any:
        answer = self.call("GET", path, **words)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **words: str) -> Any:
        answer = self.call("POST", path, **words)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def error(self, method: str, path: str, **words: str) -> tuple[int, int]:
        answer = self.call(method, path, **words)
        assert answer.status_code >= 400, answer.text
        told = answer.json()["error"]
        return told["code"], told.get("error_subcode", 0)

    def citizen(self, kind: str, **words: str) -> dict[str, Any]:
        body = {"platform": self.platform, "account": HANDLE, "author": "bu.sri", **words}
        answer = requests.post(f"{self.sandbox.base}/_sandbox/{kind}", json=body, timeout=5)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def page(self, path: str) -> str:
        answer = requests.get(f"{self.sandbox.base}/{path}", timeout=5)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def page(sandbox: Sandbox) -> Page:
    return Page(sandbox, "facebook")


@pytest.fixture
def gram(sandbox: Sandbox) -> Page:
    return Page(sandbox, "instagram_graph")


def test_a_person_can_look_at_a_page_and_write_there(page: Page) -> None:
    post = page.post(f"{page.pk}/feed", message="Posyandu besok & lusa")["id"]
    address = page.get(post, fields="permalink_url")["permalink_url"].removeprefix("https://")
    assert "Posyandu besok &amp; lusa" in page.page(address)
    assert "Posyandu besok" in page.page(f"www.facebook.com/{HANDLE}/")
    form = {"name": "Bu Sri", "text": "Jam berapa?"}
    code = post.partition("_")[2]
    written = requests.post(f"{page.sandbox.base}/www.facebook.com/p/{code}/", data=form, timeout=5)
    assert "Jam berapa?" in written.text
    (comment,) = page.get(f"{post}/comments", fields="id,message,from")["data"]
    assert (comment["message"], comment["from"]["name"]) == ("Jam berapa?", "Bu Sri")
    page.post(comment["id"], is_hidden="true")
    assert "Jam berapa?" not in page.page(address)


def test_both_instagrams_stand_under_one_host(gram: Page) -> None:
    gram.sandbox.world.open_account("instagram", "puskesmas.lain")
    assert HANDLE in gram.page(f"www.instagram.com/{HANDLE}/")
    assert "puskesmas.lain" in gram.page("www.instagram.com/puskesmas.lain/")


def test_only_what_is_asked_for_is_given(page: Page) -> None:
    post = page.post(f"{page.pk}/feed", message="Satu")["id"]
    assert page.get(f"{page.pk}/posts", fields="message")["data"] == [{"id": post, "message": "Satu"}]


def test_pages_of_a_list_by_cursor(page: Page) -> None:
    posts = [page.post(f"{page.pk}/feed", message=str(n))["id"] for n in range(5)]
    first = page.get(f"{page.pk}/posts", limit="2")
    assert TOKENS["facebook"] in first["paging"]["next"]  # as the real one does
    seen = list(first["data"])
    after = first["paging"]["cursors"]["after"]
    while after:
        part = page.get(f"{page.pk}/posts", limit="2", after=after)
        seen += part["data"]
        after = part["paging"]["cursors"]["after"] if "next" in part["paging"] else ""
    assert [one["id"] for one in seen] == posts[::-1]


@pytest.mark.parametrize(
    ("method", "path", "words", "code"),
    [
        ("GET", "me", {"access_token": "EAAstrange"}, (190, 0)),
        ("GET", "me", {"appsecret_proof": "salah"}, (100, 0)),
        ("GET", "1234", {}, (100, 33)),
        ("POST", "1234/comments", {"message": "x"}, (100, 33)),
        ("DELETE", "1234", {}, (100, 33)),
        ("POST", "{pk}/feed", {}, (100, 0)),
        ("POST", "{pk}/feed", {"attached_media": '[{"media_fbid": "1"}]'}, (100, 0)),
        ("POST", "{pk}/messages", {"recipient": '{"id": "1"}', "message": '{"text": "x"}'}, (100, 2018001)),
        ("POST", "{pk}/videos", {"upload_phase": "finish", "upload_session_id": "1"}, (6000, 0)),
    ],
)
def test_what_the_graph_refuses(
    page: Page, method: str, path: str, words: dict[str, str], code: tuple[int, int]
) -> None:
    assert page.error(method, path.format(pk=page.pk), **words) == code


def test_an_old_version_is_refused(page: Page) -> None:
    old = f"{page.sandbox.base}/graph.facebook.com/v2.8/me?access_token={TOKENS['facebook']}"
    assert requests.get(old, timeout=5).json()["error"]["code"] == 2635


def test_a_container_is_no_post_before_it_is_published(gram: Page) -> None:
    own = gram.get("me", fields="instagram_business_account")["instagram_business_account"]["id"]
    film = gram.sandbox.world.keep("video/mp4", b"film")
    url = f"{gram.sandbox.base}/_sandbox/media/{film.name}"
    container = gram.post(f"{own}/media", media_type="REELS", video_url=url, caption="Cuci tangan")["id"]
    assert gram.error("POST", f"{own}/media_publish", creation_id=container) == (9007, 2207027)
    states = [gram.get(container, fields="status_code")["status_code"] for _ in range(2)]
    assert states == ["IN_PROGRESS", "FINISHED"]
    assert gram.get(f"{own}/media")["data"] == []
    post = gram.post(f"{own}/media_publish", creation_id=container)["id"]
    assert gram.get(container, fields="status_code")["status_code"] == "PUBLISHED"
    assert [one["id"] for one in gram.get(f"{own}/media")["data"]] == [post]
    assert gram.error("POST", f"{own}/media_publish", creation_id=container) == (24, 2207006)
    assert "Cuci tangan" in gram.page(gram.get(post, fields="permalink")["permalink"].removeprefix("https://"))


def test_a_webhook_is_told_in_metas_words(gram: Page, page: Page) -> None:
    """What `sandbox/webhooks.py` posts for an entry of the ledger."""
    page.citizen("dm", text="Halo")
    (entry,) = page.sandbox.world.entries
    (body,) = page.sandbox.webhooks.news["facebook"](page.sandbox.world, entry)
    assert (body["object"], body["entry"][0]["id"]) == ("page", page.pk)
    assert body["entry"][0]["messaging"][0]["message"]["text"] == "Halo"
