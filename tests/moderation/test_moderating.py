"""Decisions about a comment, private answers, and what is left to a person's own hands."""

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from connectors.base import Kind
from connectors.errors import Reason
from connectors.models import Account, Outgoing, connector_class
from moderation import moderating
from moderation.models import Answer, Message
from offices.history import WORDS
from tests import console
from tests.desk import Desk, make_answer, make_desk, make_message

pytestmark = pytest.mark.django_db
State = Outgoing.State


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def on(desk: Desk, platform: str, **more: Any) -> Message:
    account = Account.objects.create(office=desk.office, platform=platform, handle=f"pkm.{platform}", state="green")
    return make_message(desk, "Antre lama", **{"account": account, "channel": platform, **more})


@pytest.mark.parametrize(
    ("platform", "kinds"),
    [
        ("instagram", []),
        ("instagram_graph", ["hide"]),
        ("facebook", ["hide"]),
        ("x", ["hide"]),
        ("youtube", ["hide", "approve", "spam"]),
        ("website", ["hide", "approve", "spam"]),
    ],
)
def test_what_a_platform_can_is_offered_and_queued_once(desk: Desk, platform: str, kinds: list[str]) -> None:
    message = on(desk, platform)
    client = console.signed_in(desk.officer)
    page = client.get(reverse("message", args=[message.pk])).content.decode()
    for kind in moderating.OFFERED:
        address = reverse("message_moderate", args=[message.pk, kind.value])
        assert (address in page) == (kind in kinds)
        for _twice in range(2):
            client.post(address)
        rows = Outgoing.objects.filter(account=message.account, kind=kind)
        assert [(row.state, row.item().parent, row.item().post) for row in rows] == (
            [(State.QUEUED, message.remote_id, "post1")] if kind in kinds else []
        )
    rows = Outgoing.objects.filter(account=message.account)
    rows.update(state=State.FAILED, reason=Reason.NO_PERMISSION)
    page = client.get(reverse("message", args=[message.pk])).content.decode()
    for refused in kinds:  # said, and offered once more
        assert reverse("message_moderate", args=[message.pk, refused]) in page
        assert client.get(reverse("outgoing", args=[rows.get(kind=refused).pk])).headers["Location"] == reverse(
            "message", args=[message.pk]
        )


def test_what_is_held_may_be_let_through_in_one_place_and_needs_no_hiding(desk: Desk) -> None:
    message = on(desk, "website", held=True)
    page = console.signed_in(desk.officer).get(reverse("message", args=[message.pk])).content.decode()
    offered = {
        kind.value: page.count(f'"{reverse("message_moderate", args=[message.pk, kind.value])}"')
        for kind in moderating.OFFERED
    }
    assert offered == {"hide": 0, "approve": 1, "spam": 1}
    assert not moderating.decide(message, Kind.HIDE, timezone.now(), desk.officer)


def test_a_direct_message_has_nothing_to_hide(desk: Desk) -> None:
    message = on(desk, "facebook", kind="dm")
    assert moderating.decisions(message) == []
    assert not moderating.decide(message, Kind.HIDE, timezone.now(), desk.officer)


def test_only_decisions_are_taken_here_and_only_by_a_form(desk: Desk) -> None:
    message = on(desk, "facebook")
    client = console.signed_in(desk.officer)
    assert client.post(f"/kotak-masuk/{message.pk}/moderasi/reply/").status_code == 404
    assert client.get(reverse("message_moderate", args=[message.pk, "hide"])).status_code == 405


def test_a_comment_can_be_answered_privately_where_the_platform_can(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    for platform, can in (("facebook", True), ("x", False)):
        message = on(desk, platform)
        page = client.get(reverse("message", args=[message.pk])).content.decode()
        assert ('name="private"' in page) == can
        client.post(reverse("message_answer", args=[message.pk]), {"text": "Lewat sini, Bu.", "private": "1"})
        found = [(row.kind, row.item().parent) for row in Outgoing.objects.filter(account=message.account)]
        assert found == ([(Kind.PRIVATE_REPLY, message.remote_id)] if can else [])


def test_where_the_desk_cannot_write_it_is_said_by_hand(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    connector = connector_class("youtube")
    silent = replace(connector.capability, kinds=frozenset({Kind.VIDEO}))
    monkeypatch.setattr(connector, "capability", silent)
    message = on(desk, "youtube", permalink="https://www.youtube.com/watch?v=1&lc=2")
    client = console.signed_in(desk.officer)
    page = client.get(reverse("message", args=[message.pk])).content.decode()
    assert "https://www.youtube.com/watch?v=1&amp;lc=2" in page
    assert "data-copy" in page
    client.post(reverse("message_answer", args=[message.pk]), {"text": "Sudah dijawab di sana."})
    answer = Answer.objects.get(message=message)
    assert (answer.outgoing, answer.by_hand_at is not None) == (None, True)


@pytest.mark.parametrize(("reason", "left"), [(Reason.REPLY_BY_HAND, True), (Reason.TEXT_REFUSED, False)])
def test_what_the_platform_refuses_from_the_desk_is_left_to_a_person(desk: Desk, reason: Reason, left: bool) -> None:
    message = on(desk, "x", permalink="https://x.com/warga/status/1")
    answer = make_answer(message, "Kami tambah petugas.", State.FAILED, reason=reason)
    client = console.signed_in(desk.officer)
    page = client.get(reverse("message", args=[message.pk])).content.decode()
    done = reverse("answer_by_hand", args=[answer.pk])
    assert (done in page) == left
    if not left:
        return
    assert 'data-copy="words-' in page
    client.post(done)
    answer.refresh_from_db()
    message.refresh_from_db()
    assert answer.by_hand_at is not None
    assert answer.outgoing is not None
    assert (answer.outgoing.state, message.state) == (State.WITHDRAWN, Message.State.DONE)
    assert done not in client.get(reverse("message", args=[message.pk])).content.decode()
    assert not moderating.said_by_hand(answer, timezone.now(), desk.officer)


def test_each_decision_has_words_in_the_history() -> None:
    assert {f"message.{kind.value}" for kind in moderating.OFFERED} <= WORDS.keys()
