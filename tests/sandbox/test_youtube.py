"""The stand-in of YouTube as Google's own library sees it, untouched but for its transport, and as a visitor does."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httplib2  # type: ignore[import-untyped]
import pytest
import requests
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaFileUpload

from sandbox.server import Sandbox
from tests.sandbox.conftest import HANDLE

STEP = 256 * 1024
NASTY = "<script>alert('&')</script>"
SAFE = "&lt;script&gt;alert(&#x27;&amp;&#x27;)&lt;/script&gt;"


def say(base: str, path: str, **data: Any) -> dict[str, Any]:
    body = {"platform": "youtube", "account": HANDLE, **data}
    answer = requests.post(f"{base}/_sandbox/{path}", json=body, timeout=5)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json() if path == "comment" else {}
    return made


def new_token(base: str, **more: str) -> requests.Response:
    form = {"grant_type": "refresh_token", "client_id": "desk", "client_secret": "s", "refresh_token": f"1//{HANDLE}"}
    return requests.post(f"{base}/oauth2.googleapis.com/token", data=form | more, timeout=5)


class ToSandbox:
    """Takes the place of `httplib2.Http`: keeps host and path, swaps the server."""

    def __init__(self, base: str, token: str) -> None:
        self.base, self.token = base, token

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None, **_: Any
    ) -> tuple[httplib2.Response, bytes]:
        parts = urlsplit(uri)
        answer = requests.request(
            method,
            f"{self.base}/{parts.netloc}{parts.path}?{parts.query}",
            data=body.read() if hasattr(body, "read") else body,
            headers={**(headers or {}), "authorization": f"Bearer {self.token}"},
            allow_redirects=False,
            timeout=5,
        )
        return httplib2.Response({**answer.headers, "status": str(answer.status_code)}), answer.content

    def close(self) -> None:
        pass


@pytest.fixture
def base(sandbox: Sandbox) -> str:
    return sandbox.base


@pytest.fixture
def youtube(base: str) -> Any:
    token = new_token(base).json()["access_token"]
    return build("youtube", "v3", http=ToSandbox(base, token), static_discovery=True, cache_discovery=False)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(250)) * 2200)
    return path


def insertion(youtube: Any, film: Path, title: str = "Posyandu", text: str = "Besok pagi", **snippet: Any) -> Any:
    body = {"snippet": {"title": title, "description": text, **snippet}, "status": {"privacyStatus": "public"}}
    media = MediaFileUpload(str(film), mimetype="video/mp4", chunksize=STEP, resumable=True)
    return youtube.videos().insert(part="snippet,status", body=body, media_body=media)


def reason(caught: Any) -> str:
    return str(json.loads(caught.value.content)["error"]["errors"][0]["reason"])


def test_a_film_in_parts_is_nothing_until_its_last_byte(youtube: Any, film: Path, sandbox: Sandbox) -> None:
    request = insertion(youtube, film)
    progress = []
    answer = None
    while answer is None:
        assert sandbox.world.ledger() == []
        status, answer = request.next_chunk()
        progress += [status.resumable_progress] if status else []
    assert progress == [STEP, 2 * STEP]
    assert request.resumable_uri.startswith("https://youtube.googleapis.com/upload/youtube/v3/videos?")
    [entry] = sandbox.world.ledger()
    assert (entry["kind"], entry["id"], entry["text"]) == ("post", answer["id"], "Besok pagi")
    assert sandbox.world.posts[answer["id"]].media[0].blob.data == film.read_bytes()
    _, again = request.next_chunk()  # the same part once more changes nothing
    assert again["id"] == answer["id"]
    assert len(sandbox.world.ledger()) == 1


def test_an_upload_goes_on_where_it_stood(youtube: Any, film: Path) -> None:
    first = insertion(youtube, film)
    first.next_chunk()
    second = insertion(youtube, film)
    second.resumable_uri, second._in_error_state = first.resumable_uri, True
    status, answer = second.next_chunk()
    assert (status.resumable_progress, answer) == (2 * STEP, None)
    assert second.next_chunk()[1]["snippet"]["title"] == "Posyandu"
    second.resumable_uri += "x"
    with pytest.raises(HttpError) as caught:
        second.next_chunk()
    assert caught.value.status_code == 404


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"title": "a" * 101}, "invalidTitle"),
        ({"title": "a < b"}, "invalidTitle"),
        ({"title": " "}, "invalidTitle"),
        ({"text": "é" * 2501}, "invalidDescription"),
        ({"text": "a > b"}, "invalidDescription"),
        ({"tags": ["a" * 100] * 5}, "invalidTags"),
    ],
)
def test_the_limits_of_the_reference_hold(youtube: Any, film: Path, wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(HttpError) as caught:
        insertion(youtube, film, **wrong).execute()
    assert reason(caught) == why


def test_threads_answers_and_decisions(youtube: Any, film: Path, base: str) -> None:
    video = insertion(youtube, film).execute()["id"]
    top = say(base, "comment", post=video, author="Bu Sri", text="Jam <8>?")["id"]
    for number in range(7):
        say(base, "comment", post=video, author=f"w{number}", text=f"ikut {number}", parent=top)
    channel = youtube.channels().list(part="snippet,contentDetails", mine=True).execute()["items"][0]
    asked = {"part": "snippet,replies", "allThreadsRelatedToChannelId": channel["id"]}
    [thread] = youtube.commentThreads().list(**asked).execute()["items"]
    shown = thread["snippet"]["topLevelComment"]["snippet"]
    assert (shown["textDisplay"], shown["authorDisplayName"]) == ("Jam &lt;8&gt;?", "@bu_sri")
    assert "textOriginal" not in shown
    assert (thread["snippet"]["totalReplyCount"], len(thread["replies"]["comments"])) == (7, 5)
    page = youtube.comments().list(part="snippet", parentId=top, maxResults=4, textFormat="plainText").execute()
    rest = youtube.comments().list(part="snippet", parentId=top, pageToken=page["nextPageToken"]).execute()
    ids = [one["id"] for one in page["items"] + rest["items"]]
    assert len(set(ids)) == 7
    assert all(one.startswith(f"{top}.") for one in ids)
    body = {"snippet": {"parentId": top, "textOriginal": "Jam 8, Bu."}}
    made = youtube.comments().insert(part="snippet", body=body).execute()
    assert made["snippet"]["textOriginal"] == "Jam 8, Bu."
    youtube.comments().setModerationStatus(id=top, moderationStatus="heldForReview").execute()
    assert youtube.commentThreads().list(**asked).execute()["items"] == []
    [held] = youtube.commentThreads().list(**asked, moderationStatus="heldForReview").execute()["items"]
    assert held["id"] == top
    youtube.comments().delete(id=top).execute()
    with pytest.raises(HttpError) as caught:
        youtube.comments().insert(part="snippet", body=body).execute()
    assert reason(caught) == "parentCommentNotFound"


def test_tokens(base: str) -> None:
    assert new_token(base).json()["scope"].endswith("youtube.upload")
    assert new_token(base, client_id="readonly").json()["scope"].endswith("youtube.readonly")
    for wrong, error in (
        ({"refresh_token": "1//a b"}, "invalid_grant"),
        ({"client_secret": "salah"}, "invalid_client"),
        ({"grant_type": "password"}, "invalid_request"),
    ):
        answer = new_token(base, **wrong)
        assert (answer.status_code in {400, 401}, answer.json()["error"]) == (True, error)
    assert requests.get(f"{base}/youtube.googleapis.com/youtube/v3/channels?mine=true", timeout=5).status_code == 401


def test_a_visitor_watches_and_writes(youtube: Any, film: Path, base: str, tmp_path: Path) -> None:
    video = insertion(youtube, film, title="Senam & sehat", text=NASTY.replace("<", "").replace(">", "")).execute()[
        "id"
    ]
    path = f"{base}/www.youtube.com/watch?v={video}"
    answer = requests.post(path, data={"name": NASTY, "text": NASTY, "parent": ""}, allow_redirects=False, timeout=5)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/www.youtube.com/watch?v={video}&nama=")
    page = requests.get(path, timeout=5).text
    assert SAFE in page
    assert "<script>alert" not in page
    [ask] = re.findall(r'class="answer" href="([^"]+)"', page)
    form = requests.get(f"{base}{ask.replace('&amp;', '&')}", timeout=5).text
    [parent] = re.findall(r'name="parent" value="([^"]+)"', form)
    [action] = re.findall(r'<form method="post" action="([^"]+)"', form)
    requests.post(f"{base}{action}", data={"name": "Bu Sri", "text": "Setuju", "parent": parent}, timeout=5)
    assert f'id="comment-{parent}.' in requests.get(path, timeout=5).text
    channel = requests.get(f"{base}/www.youtube.com/@{HANDLE}", timeout=5).text
    assert f'href="/www.youtube.com/watch?v={video}"' in channel
    assert "Senam &amp; sehat" in channel
    assert f'href="/www.youtube.com/@{HANDLE}"' in requests.get(f"{base}/", timeout=5).text


def test_what_is_private_or_gone_is_not_shown(youtube: Any, film: Path, base: str) -> None:
    token = new_token(base, client_id="unaudited").json()["access_token"]
    hidden = build("youtube", "v3", http=ToSandbox(base, token), static_discovery=True, cache_discovery=False)
    answer = insertion(hidden, film).execute()
    assert answer["status"]["privacyStatus"] == "private"
    path = f"{base}/www.youtube.com/watch?v={answer['id']}"
    assert requests.get(path, timeout=5).status_code == 404
    assert requests.post(path, data={"name": "Bu Sri", "text": "halo"}, timeout=5).status_code == 404
    assert answer["id"] not in requests.get(f"{base}/www.youtube.com/@{HANDLE}", timeout=5).text
    assert requests.get(f"{base}/www.youtube.com/@siapa", timeout=5).status_code == 404
    youtube.videos().delete(id=answer["id"]).execute()
    assert youtube.videos().list(part="status", id=answer["id"]).execute()["items"] == []


def test_faults_are_worded_as_google_does(youtube: Any, base: str) -> None:
    for fault, status, why in (
        ("quota", 403, "quotaExceeded"),
        ("429", 429, "rateLimitExceeded"),
        ("token-revoked", 401, "authError"),
        ("permission-missing", 403, "insufficientPermissions"),
        ("500-before", 500, "backendError"),
    ):
        say(base, "faults", operation="login", fault=fault)
        with pytest.raises(HttpError) as caught:
            youtube.channels().list(part="id", mine=True).execute()
        assert (caught.value.status_code, reason(caught)) == (status, why)
