"""The judge itself: it lets through what the discovery document says, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from tests.connectors.instagram.between import Seen
from tests.connectors.youtube.conftest import Office
from tests.connectors.youtube.specification import Broken, check_all, check_answer, check_request

LIST = Seen("GET", "youtube.googleapis.com/youtube/v3/comments?part=snippet&parentId=1&alt=json", b"", {})
INSERT = Seen("POST", "youtube.googleapis.com/youtube/v3/comments?part=snippet", b'{"snippet": {"parentId": "1"}}', {})


def test_right_ones_pass() -> None:
    check_request(LIST)
    check_request(INSERT)
    check_answer(LIST, 200, b'{"items": [{"id": "1", "snippet": {"likeCount": 1}}]}')


@pytest.mark.parametrize(
    "seen",
    [
        replace(LIST, path=LIST.path.replace("comments", "remarks")),
        replace(LIST, path=LIST.path + "&since=1"),
        replace(LIST, path=LIST.path.replace("part=snippet&", "")),
        replace(LIST, path=LIST.path + "&maxResults=101"),
        replace(LIST, path=LIST.path + "&textFormat=markdown"),
        replace(LIST, method="PATCH"),
        replace(LIST, body=b"{}"),
        replace(INSERT, body=b'{"snippet": {"parent": "1"}}'),
        replace(INSERT, body=b'{"snippet": {"parentId": 1}}'),
        replace(INSERT, body=b"[]"),
    ],
)
def test_wrong_requests_do_not(seen: Seen) -> None:
    with pytest.raises(Broken):
        check_request(seen)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b'{"comments": []}'),
        (200, b'{"items": {}}'),
        (200, b'{"items": [{"snippet": {"likeCount": "1"}}]}'),
        (200, b'{"items": [{"snippet": {"likeCount": true}}]}'),
        (200, b'{"items": [{"snippet": {"moderationStatus": "hidden"}}]}'),
        (404, b'{"error": {"code": 403, "message": "no", "errors": [{"reason": "x"}]}}'),
    ],
)
def test_wrong_answers_do_not(status: int, body: bytes) -> None:
    with pytest.raises(Broken):
        check_answer(LIST, status, body)


def test_everything_that_a_connector_sends_is_judged(office: Office) -> None:
    item = office.answer()
    office.connector().reply(item, office.remember)
    office.publish(office.film(cover=True))
    list(office.connector().fetch({}))
    office.connector().delete_own(item, office.ledger("reply")[0]["id"])
    judged = check_all(office.wire)
    paths = {(seen.method, seen.path.partition("?")[0].partition("/")[2]) for seen in office.wire.seen}
    assert judged >= 9
    wanted: set[Any] = {
        ("GET", "youtube/v3/playlistItems"),
        ("GET", "youtube/v3/commentThreads"),
        ("POST", "youtube/v3/comments"),
        ("DELETE", "youtube/v3/comments"),
        ("POST", "upload/youtube/v3/videos"),
        ("PUT", "upload/youtube/v3/videos"),
        ("POST", "upload/youtube/v3/thumbnails/set"),
        ("POST", "token"),
    }
    assert wanted <= paths
