"""Who we are at YouTube: tokens, permissions, and what the day has cost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import Login
from connectors.errors import LoginNeeded, RateLimited, Reason, Unreachable
from connectors.sessions import Network
from connectors.youtube import YouTube
from tests.connectors.instagram.between import Answer
from tests.connectors.youtube.conftest import HANDLE, SECRETS, Office

TOKEN = r"oauth2\.googleapis\.com/token"


def test_a_token_is_asked_for_once_an_hour(office: Office) -> None:
    who = office.connector().check()
    assert (who.handle, who.name) == (HANDLE, HANDLE)
    assert who.remote_id.startswith("UC")
    office.video()
    list(office.connector().fetch({}))
    assert len(office.wire.asked(TOKEN)) == 1
    assert len(office.wire.asked("channels")) == 1
    assert {"token", "expiry", "scopes", "channel"} == office.connector().session().keys()
    kept = office.connector().session()
    assert [value for value in SECRETS.values() if value in str(dict(kept)) and value.startswith("1//")] == []


@pytest.mark.parametrize("expires", [timedelta(minutes=4), timedelta(hours=-1), timedelta(days=400)])
def test_a_token_that_is_about_to_end_or_was_made_under_a_wrong_clock_is_renewed(
    office: Office, expires: timedelta
) -> None:
    office.connector().check()
    expiry = (datetime.now(UTC) + expires).replace(tzinfo=None).isoformat()
    session = {**office.made[-1].session(), "expiry": expiry}
    again = YouTube(Login(HANDLE, SECRETS, session), Network(office.wire.base))
    again.check()
    again.close()
    assert len(office.wire.asked(TOKEN)) == 2


def test_a_kept_token_that_died_is_renewed_for_what_can_be_asked_again(office: Office) -> None:
    office.connector().check()
    office.stand_in.world.sessions.clear()
    office.connector().check()
    assert len(office.wire.asked(TOKEN)) == 2
    office.stand_in.world.sessions.clear()
    item = office.film()
    sent = office.publish(item)  # the upload is begun a second time, with a new token
    assert [entry["id"] for entry in office.ledger("post")] == [sent.remote_id]


def test_an_answer_is_not_asked_twice_for_a_dead_token(office: Office) -> None:
    item = office.answer()
    office.connector().check()
    office.stand_in.world.sessions.clear()
    office.wire.seen.clear()
    with pytest.raises(LoginNeeded):
        office.connector().reply(item, office.remember)
    assert len(office.wire.asked(r"/comments\?", "POST")) == 1
    # The dead token is forgotten: the next use asks for another.
    assert office.connector().reply(item, office.remember).remote_id


@pytest.mark.parametrize(
    ("secrets", "reason"),
    [
        ({"refresh_token": "1//bukan milik/siapa"}, Reason.SESSION_EXPIRED),
        ({"client_secret": "salah"}, Reason.APP_REFUSED),
        ({"client_secret": ""}, Reason.BAD_PASSWORD),
        ({"refresh_token": ""}, Reason.BAD_PASSWORD),
    ],
)
def test_wrong_keys_want_a_person(office: Office, secrets: dict[str, str], reason: Reason) -> None:
    office.connector().check()
    wrong = YouTube(Login(HANDLE, {**SECRETS, **secrets}, {}), Network(office.wire.base))
    for call in (wrong.check, wrong.permissions, lambda: list(wrong.fetch({}))):
        with pytest.raises(LoginNeeded) as caught:
            call()
        assert caught.value.reason is reason
        assert "rahasia-klien" not in str(caught.value)
    wrong.close()


@pytest.mark.parametrize(
    ("answer", "ours"),
    [
        (Answer(503), Unreachable),
        (Answer(429, {"error": "rate_limit_exceeded"}), RateLimited),
        (Answer(200, b"<html>Masuk ke hotspot</html>"), Unreachable),
        (Answer(302, b""), Unreachable),
        (Answer(200, {"token_type": "Bearer"}), Unreachable),
    ],
)
def test_no_token_for_another_reason_is_not_the_accounts_fault(
    office: Office, answer: Answer, ours: type[Exception]
) -> None:
    office.wire.tell(TOKEN, answer)
    with pytest.raises(ours):
        office.connector().check()
    assert len(office.wire.asked(TOKEN)) == 1


def test_each_permission_is_named(office: Office) -> None:
    assert office.connector().permissions() == {"youtube.force-ssl": True, "youtube.upload": True}
    office.secrets = {**SECRETS, "client_id": "readonly"}
    assert office.connector().permissions() == {"youtube.force-ssl": False, "youtube.upload": False}
    with pytest.raises(LoginNeeded) as caught:
        office.publish(office.film())
    assert caught.value.reason is Reason.NO_PERMISSION


def test_a_google_account_without_a_channel(office: Office) -> None:
    office.wire.tell("channels", Answer(200, {"kind": "youtube#channelListResponse"}))
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert caught.value.reason is Reason.NO_CHANNEL


def test_our_token_goes_to_google_alone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    item = replace(office.film(), handle={})
    office.connector().check()
    office.publish(item)
    kept = office.kept(item)
    elsewhere = replace(kept, handle={**kept.handle, "upload_url": "https://googleapis.com.example/upload?upload_id=1"})
    office.wire.seen.clear()
    with pytest.raises(Unreachable):
        office.publish(elsewhere)
    assert office.wire.seen == []
    assert all(seen.headers.get("authorization", "Bearer").startswith("Bearer") for seen in office.wire.seen)


def test_what_the_day_has_cost_is_counted(office: Office) -> None:
    def used() -> dict[str, int]:
        (today,) = office.used().values()
        return {"units": 0, "uploads": 0} | today

    office.connector().check()
    start = used()
    item = office.answer()
    assert used() == {**start, "uploads": start["uploads"] + 1}
    office.connector().reply(item, office.remember)
    assert used()["units"] == start["units"] + 50
    office.publish(office.film(cover=True))
    assert used() == {**start, "uploads": start["uploads"] + 2, "units": start["units"] + 100}
