"""What strangers write is made storable at the border: one odd message must never stop those behind it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from connectors.base import Batch, Identity, Incoming, MessageKind, Sent
from connectors.models import Account
from connectors.storable import storable, storable_json
from moderation import poll
from moderation.models import Message
from tests.rows import an_account, an_office

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def incoming(**more: Any) -> Incoming:
    given: dict[str, Any] = {"text": "Antre lama", "raw": {}, "remote_id": "1", "author_name": "Siti", **more}
    return Incoming(MessageKind.DM, author_id="5", author_handle=given.pop("handle", "siti"), written_at=NOW, **given)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Antre\x00 lama", "Antre\ufffd lama"),
        ("half \ud83d of it", "half \ufffd of it"),
        ("whole 😀 of it", "whole 😀 of it"),
        ("baris\nbaru\tdan\u200btak tampak", "baris\nbaru\tdan\u200btak tampak"),
    ],
)
def test_only_what_no_database_takes_is_replaced(text: str, kept: str) -> None:
    assert storable(text) == kept
    assert storable_json({text: [text, {"a": text}, 7, None, True]}) == {kept: [kept, {"a": kept}, 7, None, True]}


def test_what_comes_over_the_border_fits() -> None:
    one = incoming(text="a\x00b", author_name="S" * 500, handle="s" * 500, permalink="https://x.example/" + "y" * 300)
    assert (one.text, len(one.author_name), len(one.author_handle), one.permalink) == ("a\ufffdb", 100, 100, "")
    assert Sent("1", "https://x.example/" + "y" * 300).permalink == ""
    assert Sent("1", "https://x.example/1").permalink == "https://x.example/1"
    assert len(Identity("1", "situs", "N" * 500).name) == 100


@pytest.fixture
def account() -> Account:
    return an_account(an_office())


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_an_odd_message_is_stored_and_so_are_those_behind_it(account: Account) -> None:
    mid = "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQx" + "M" * 150  # as long as Instagram's are
    odd = incoming(
        remote_id=mid,
        thread="t" * 200,
        text="Antre \x00lama \ud83d",
        author_name="Siti \x00" * 200,
        handle="\ud800" * 200,
        post_text="\x00",
        raw={"message": "Antre \x00lama \ud83d", "\x00": "\udfff"},
        permalink="https://x.example/" + "y" * 300,
    )
    poll.store(account, Batch((odd, incoming(remote_id="2", text="Terima kasih")), {"at": 1}), timezone.now())
    assert list(Message.objects.order_by("id").values_list("remote_id", "text")) == [
        (mid, "Antre \ufffdlama \ufffd"),
        ("2", "Terima kasih"),
    ]
    account.refresh_from_db()
    assert account.cursor == {"at": 1}
    poll.store(account, Batch((odd,), {"at": 2}), timezone.now())
    assert Message.objects.count() == 2
