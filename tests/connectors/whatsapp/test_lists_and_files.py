"""A list to choose from, and the voice note or picture of an officer, over the wire."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import requests

from connectors.base import Choice, Item, Kind
from connectors.errors import ConnectorError, Reason, Refused
from connectors.whatsapp import WhatsApp
from connectors.whatsapp.hearing import came_along, chosen, tapped
from sandbox.whatsapp.news import news
from tests.connectors.whatsapp.conftest import NUMBER, OFFICER, Office

CHOICES = (Choice("teruskan:1:7", "Joko Santoso yang namanya panjang", "Kepala bidang"), Choice("teruskan:1:8", "Ani"))


def a_list(**more: Any) -> Item:
    given = {"thread": OFFICER, "choices": CHOICES, "heard_at": datetime.now(UTC), **more}
    return Item(Kind.DM, "Kepada siapa?", uuid4(), **given)


def phone(office: Office, **form: str) -> None:
    address = f"{office.stand_in.base}/web.whatsapp.com/{NUMBER}/{OFFICER}/"
    assert requests.post(address, data=form, timeout=5).status_code == 200


def newest(office: Office) -> dict[str, Any]:
    """What the webhook says of the last thing that the officer did."""
    world = office.stand_in.world
    entries = [entry for entry in world.entries if entry.author != NUMBER]
    (body,) = news(world, entries[-1])
    message: dict[str, Any] = body["entry"][0]["changes"][0]["value"]["messages"][0]
    return message


def test_a_line_of_a_list_is_chosen_and_its_key_comes_back(office: Office) -> None:
    office.officer("Teruskan")
    office.connector().reply(a_list(), office.remember)
    assert "Joko Santoso yang namany" in office.page(f"{NUMBER}/{OFFICER}/")
    pk = office.ledger()[-1]["id"]
    phone(office, choice="teruskan:1:7", quotes=pk)
    message = newest(office)
    assert (tapped(message), chosen(message)) == (True, "teruskan:1:7")


def test_a_list_goes_out_only_within_the_window(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        office.connector().reply(a_list(heard_at=None), office.remember)
    assert refused.value.reason == Reason.WINDOW_OVER
    assert office.ledger() == []


@pytest.mark.parametrize("more", [{"choices": CHOICES * 6}])
def test_a_list_of_more_than_ten_is_refused_before_it_leaves(office: Office, more: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        office.connector().reply(a_list(**more), office.remember)
    assert office.ledger() == []


@pytest.mark.parametrize(("kind", "mime"), [("audio", "audio/ogg"), ("image", "image/png")])
def test_a_file_is_fetched_with_the_token_alone(office: Office, kind: str, mime: str) -> None:
    office.officer("Halo")
    phone(office, file=kind)
    message = newest(office)
    number = came_along(message)
    assert message["type"] == kind
    content, told = office.connector().medium(number, 10_000)
    assert (told, content in {blob.data for blob in office.stand_in.world.files.values()}) == (mime, True)
    bare = f"{office.stand_in.base}/lookaside.fbsbx.com/whatsapp_business/attachments/?mid={number}"
    assert not requests.get(bare, timeout=5).ok


def test_what_is_too_big_is_not_even_begun(office: Office) -> None:
    office.officer("Halo")
    phone(office, file="audio")
    office.wire.seen.clear()
    with pytest.raises(Refused, match="bytes"):
        office.connector().medium(came_along(newest(office)), 10)
    assert len(office.wire.seen) == 1


def test_what_is_gone_is_refused(office: Office) -> None:
    with pytest.raises(ConnectorError):
        office.connector().medium("424242", 1000)


def test_the_token_goes_to_metas_hosts_alone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    connector: WhatsApp = office.connector()
    elsewhere = {"url": "https://evil.example/fbsbx.com", "mime_type": "audio/ogg", "file_size": 3}
    monkeypatch.setattr(connector._client.api, "get_media_url", lambda media_id: elsewhere)
    office.wire.seen.clear()
    with pytest.raises(Refused, match="Meta"):
        connector.medium("1", 1000)
    assert not office.wire.seen
