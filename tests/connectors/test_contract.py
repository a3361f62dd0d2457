"""What every connector owes the service: one table of behaviours × every platform that is registered.

A platform's stage is what it needs to stand on: an account's secrets at the stand-in. A connector without a stage
fails here, so that none is registered untested.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from connectors.base import POST_KINDS, Absent, Found, Identity, Item, Kind, Login
from connectors.errors import LoginNeeded, OutcomeUnknown, RateLimited, Refused, Unreachable
from connectors.models import PLATFORMS, connector_class
from connectors.sessions import Network
from tests.connectors.stages import HANDLE, INTERNAL, PUBLIC, STAGES, Stage, forget, staged, use


@pytest.fixture(params=PUBLIC)
def stage(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with staged(request.param, tmp_path, monkeypatch) as stage:
        yield stage


def test_every_platform_has_a_stage() -> None:
    assert STAGES.keys() == set(PUBLIC)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_it_says_of_itself_holds_together(platform: str) -> None:
    connector = connector_class(platform)
    can = connector.capability
    assert connector.platform == platform
    assert can.kinds <= frozenset(Kind)
    assert bool(can.kinds & POST_KINDS) == (platform not in INTERNAL)
    assert min(can.caption_max, can.image_bytes_max, can.lag_s) > 0
    assert 1 <= can.carousel_min <= can.carousel_max
    assert all(mime.startswith("image/") for mime in can.image_types)
    assert all(host == host.lower().strip("./") and "." in host for host in can.hosts)


def test_check_says_who_we_are_with_the_kept_session_too(stage: Stage) -> None:
    for _ in range(2):
        with use(stage) as connector:
            who = connector.check()
        assert isinstance(who, Identity)
        assert (who.handle, bool(who.remote_id)) == (HANDLE, True)


def test_a_post_stands_once_is_found_again_and_has_an_address(stage: Stage) -> None:
    item, begun, handles = stage.photo(), datetime.now(UTC), list[Mapping[str, str]]()
    with use(stage) as connector:
        sent = connector.publish(item, handles.append)
        assert connector.find_own(item, begun) == Found(sent)
        assert sent.permalink == connector.permalink(sent.remote_id)
    assert stage.ours() == [sent.remote_id]
    assert len(handles) == 1
    assert json.loads(json.dumps(handles)) == handles
    assert any(sent.permalink.split("/")[2].endswith(host) for host in connector.capability_for(HANDLE).hosts)


def test_an_answer_stands_once_and_is_found_again(stage: Stage) -> None:
    item, begun = stage.question(), datetime.now(UTC)
    with use(stage) as connector:
        assert connector.find_own(item, begun) == Absent()
        sent = connector.reply(item, forget)
        assert connector.find_own(item, begun) == Found(sent)
    assert stage.ours()[1:] == [sent.remote_id]


class TakenOverError(Exception):
    pass


@pytest.mark.parametrize("make", [Stage.photo, Stage.question], ids=["post", "answer"])
def test_nothing_is_sent_by_an_attempt_that_was_taken_over(stage: Stage, make: Callable[[Stage], Item]) -> None:
    item = make(stage)
    before, raised = stage.ours(), TakenOverError()

    def remember(handle: Mapping[str, str]) -> None:
        raise raised

    with use(stage) as connector:
        verb = connector.publish if item.kind.is_post else connector.reply
        with pytest.raises(TakenOverError) as caught:
            verb(item, remember)
    assert caught.value is raised
    assert stage.ours() == before


@pytest.mark.parametrize("fault", ["500-before", "500-after", "timeout-after", "drop-before", "drop-after"])
def test_a_lost_write_is_unknown_and_reading_back_tells(stage: Stage, fault: str) -> None:
    stage.control("faults", operation="publish", fault=fault)
    patience = stage.read_s
    stage.read_s = 2.0 if fault == "timeout-after" else patience
    item, begun = stage.photo(), datetime.now(UTC)
    with use(stage) as connector, pytest.raises(OutcomeUnknown):
        connector.publish(item, forget)
    stage.read_s = patience
    with use(stage) as connector:
        lookup = connector.find_own(item, begun)
    assert isinstance(lookup, Found if fault.endswith("after") else Absent)
    assert len(stage.ours()) == fault.endswith("after")


@pytest.mark.parametrize(
    ("fault", "ours"),
    [
        ("429", RateLimited),
        ("quota", RateLimited),
        ("login-required", LoginNeeded),
        ("challenge", LoginNeeded),
        ("token-revoked", LoginNeeded),
        ("permission-missing", (LoginNeeded, Refused)),
    ],
)
def test_a_clear_no_did_nothing(stage: Stage, fault: str, ours: type[Exception]) -> None:
    if (fault, stage.platform) == ("challenge", "website"):  # a site knows none; a firewall before it asks, and refuses
        ours = Refused
    stage.control("faults", operation="publish", fault=fault)
    with use(stage) as connector, pytest.raises(ours):
        connector.publish(stage.photo(), forget)
    assert stage.ours() == []


def test_nobody_answers(stage: Stage) -> None:
    gone = "http://127.0.0.1:9"
    with use(stage, gone) as connector, pytest.raises(Unreachable):
        connector.publish(stage.photo(), forget)
    with use(stage, gone) as connector, pytest.raises(Unreachable):
        list(connector.fetch({}))
    with use(stage, gone) as connector, pytest.raises(Unreachable):
        connector.find_own(stage.photo(), datetime.now(UTC))


def test_citizens_are_heard_and_we_are_not(stage: Stage) -> None:
    item = stage.question()
    written = {"Jam berapa?", "Terima kasih"}
    if Kind.DM in connector_class(stage.platform).capability.kinds:
        stage.control("dm", author="budi", text="Antriannya lama")
        written.add("Antriannya lama")
    with use(stage) as connector:
        connector.reply(item, forget)
        first = list(connector.fetch({}))
    cursor = json.loads(json.dumps(first[-1].cursor))
    stage.control("comment", post=item.post, author="wati", text="Terima kasih")
    with use(stage) as connector:
        second = list(connector.fetch(cursor))
    heard = {message.remote_id: message for batch in (*first, *second) for message in batch.messages}
    assert {message.text for message in heard.values()} == written
    assert HANDLE not in {message.author_handle for message in heard.values()}
    assert all(message.written_at.tzinfo is UTC and json.dumps(dict(message.raw)) for message in heard.values())
    assert item.post in first[0].posts_seen


def test_a_post_that_vanished_is_missed_by_the_next_poll(stage: Stage) -> None:
    """Taken down there, or never really accepted: of what the list must show, it is not shown."""
    with use(stage) as connector:
        posts = [connector.publish(stage.photo(f"Posyandu {number}"), forget).remote_id for number in range(2)]
        assert connector.capability.confirms
        before = list(connector.fetch({}))
    assert before[0].posts_seen == set(posts)
    gone = stage.sandbox.world.post(stage.platform, posts[1])
    assert gone is not None
    stage.sandbox.world.delete_post(gone)
    with use(stage) as connector:
        after = next(connector.fetch(json.loads(json.dumps(before[-1].cursor))))
    assert after.posts_seen == {posts[0]}
    assert after.posts_complete_since is not None
    assert after.posts_complete_since < datetime.now(UTC) + timedelta(seconds=2)


def test_it_tells_which_comments_still_stand_where_it_declares_so(stage: Stage) -> None:
    item = stage.question()
    gone = stage.control("comment", post=item.post, author="budi", text="Saya hapus nanti")["id"]
    asked = [item.parent, gone]
    with use(stage) as connector:
        before = connector.still_shown(asked)
        post = stage.sandbox.world.post(stage.platform, item.post)
        assert post is not None
        stage.sandbox.world.delete_comments(post, [gone])
        after = connector.still_shown(asked)
        if connector.capability.looks_every is None:
            assert (before, after) == ({}, {})
            return
        assert before == dict.fromkeys(asked, True)
        assert after == {item.parent: True, gone: False}
        assert not connector.still_shown(["odd id"]).get("odd id")
    stage.control("faults", operation="fetch", fault="500-before")
    with use(stage) as connector, pytest.raises(Unreachable):
        connector.still_shown(asked)


def test_what_we_wrote_can_be_taken_back(stage: Stage) -> None:
    item, begun = stage.question(), datetime.now(UTC)
    with use(stage) as connector:
        if not connector.capability.can_delete:
            pytest.skip("deleting is done by hand there")
        connector.delete_own(item, connector.reply(item, forget).remote_id)
        assert connector.find_own(item, begun) == Absent()


def test_what_a_colleague_wrote_there_comes_apart_from_what_citizens_wrote(stage: Stage) -> None:
    """In the platform's own app, under the same account: the desk knows nothing of it before it reads it."""
    item = stage.question()
    with use(stage) as connector:
        sent = connector.reply(item, forget)
        batches = list(connector.fetch({}))
    own = {one.remote_id: one for batch in batches for one in batch.own}
    assert sent.remote_id in own
    assert (own[sent.remote_id].parent or own[sent.remote_id].post) == item.parent
    assert own[sent.remote_id].text == item.text
    assert not own.keys() & {message.remote_id for batch in batches for message in batch.messages}


def test_a_colleagues_direct_message_names_whom_it_is_for(stage: Stage) -> None:
    if Kind.DM not in connector_class(stage.platform).capability.kinds:
        pytest.skip("it has no direct messages")
    stage.control("dm", author="budi", text="Antriannya lama")
    with use(stage) as connector:
        heard = [one for batch in connector.fetch({}) for one in batch.messages]
        connector.reply(Item(Kind.DM, "Mohon maaf, Pak.", uuid4(), thread=heard[0].thread), forget)
    with use(stage) as connector:
        own = [one for batch in connector.fetch({}) for one in batch.own]
    assert [(one.text, one.thread) for one in own] == [("Mohon maaf, Pak.", heard[0].thread)]


def test_what_the_platform_holds_back_is_marked_until_it_is_let_through(stage: Stage) -> None:
    if Kind.APPROVE not in connector_class(stage.platform).capability.kinds:
        pytest.skip("it hands over no held comments")
    post = stage.question().post
    held = stage.control("comment", post=post, author="wati", text="Antre lama", held=True)["id"]

    def marks() -> dict[str, bool]:
        with use(stage) as connector:
            return {one.text: one.held for batch in connector.fetch({}) for one in batch.messages}

    assert marks() == {"Jam berapa?": False, "Antre lama": True}
    with use(stage) as connector:
        connector.moderate(Item(Kind.APPROVE, "", uuid4(), post=post, parent=held))
    assert marks() == {"Jam berapa?": False, "Antre lama": False}


def test_what_lists_show_late_is_sent_all_the_same(stage: Stage) -> None:
    """`eventually`: the platform says yes, and its lists follow later."""
    stage.sandbox.late_s = 3600
    stage.control("faults", operation="publish", fault="eventually")
    item, begun = stage.photo(), datetime.now(UTC)
    with use(stage) as connector:
        sent = connector.publish(item, forget)
        assert not stage.sandbox.world.lists(sent.remote_id)
        stage.sandbox.world.catch_up()
        assert connector.find_own(item, begun) == Found(sent)


def test_who_writes_while_pages_are_turned_is_heard_and_who_deletes_stops_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty comments, most within one second; at each page one more comes and one goes. (Where the number of comments
    stays the same, platforms give no sign: what is then read again now and then is read at once here.)"""
    for module, name in (("graph.comments", "REREAD_YOUNG_S"), ("instagram.feed", "REREAD_YOUNG_S")):
        monkeypatch.setattr(f"connectors.{module}.{name}", 0)
    monkeypatch.setattr("connectors.youtube.comments.DEEP_EVERY_S", 0)
    item = stage.question()
    world, platform = stage.sandbox.world, stage.platform
    post = world.post(platform, item.post)
    assert post is not None
    made = [world.comment(post, world.person(platform, f"w{n}", ""), f"komentar {n}", None) for n in range(60)]
    answer, extra = stage.sandbox.answer, iter(range(1000))

    def meanwhile(call: Any) -> Any:
        found = answer(call)
        if call.method == "GET" and (n := next(extra)) < 6:
            world.comment(post, world.person(platform, f"t{n}", ""), f"telat {n}", None)
            world.delete_comments(post, [made[n].pk])
        return found

    stage.sandbox.answer = meanwhile  # type: ignore[method-assign]
    heard: dict[str, str] = {}
    cursor: Mapping[str, Any] = {}
    for _ in range(8):  # until nobody writes any more
        with use(stage) as connector:
            for batch in connector.fetch(cursor):
                heard |= {message.remote_id: message.text for message in batch.messages}
                cursor = json.loads(json.dumps(batch.cursor))
    standing = {one.text for one in world.comments_of(post)} - {"Jam delapan, Bu."}
    assert standing <= set(heard.values())
    assert len(heard) == len(set(heard.values()))  # each once


NOT_LOOKED_AT = {"youtube": {"client_id"}}
"""The stand-in knows any Google project."""


@pytest.mark.parametrize("typed", ["salah", "🙂 é", "a\nb: c", "x" * 4000, "\u2068token\u2069", "%2e%2e/?&"])
def test_nonsense_for_a_key_needs_a_person_and_breaks_nothing(stage: Stage, typed: str) -> None:
    """Pasted from somewhere else, with a line's end, with invisible marks of a chat's app: said, and never guessed."""
    for name in STAGES[stage.platform].keys() - NOT_LOOKED_AT.get(stage.platform, set()):
        secrets = {**STAGES[stage.platform], name: typed}
        connector = connector_class(stage.platform)(Login(HANDLE, secrets, {}), Network(stage.sandbox.base))
        with pytest.raises(LoginNeeded) as caught:
            connector.check()
        assert typed not in str(caught.value)
        connector.close()
