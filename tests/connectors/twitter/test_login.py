"""Both ways to sign, whose keys they are, what they may do; and nothing secret in words or logs."""

import logging
import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from connectors.base import Item, Kind
from connectors.errors import ConnectorError, LoginNeeded, RateLimited, Reason, Unreachable
from connectors.guide import Field
from connectors.twitter import X
from tests.connectors.instagram.between import Answer
from tests.connectors.twitter.conftest import HANDLE, KEYS, OAUTH2, Office

TOKEN = "/2/oauth2/token"


def test_the_keys_say_who_we_are_and_the_number_is_kept(office: Office) -> None:
    who = office.connector().check()
    assert (who.handle, who.name, who.remote_id.isdigit()) == (HANDLE, HANDLE, True)
    assert office.made[-1].session()["own_id"] == who.remote_id
    office.connector()
    office.wire.seen.clear()
    office.post()
    assert [seen.path for seen in office.wire.seen] == ["api.twitter.com/2/tweets"]


def test_each_request_is_signed_as_oauth_wants_it(office: Office) -> None:
    """The stand-in works each signature out anew, by RFC 5849, and lets no other in."""
    office.signed_in()
    for item in (office.pictures("Gambar & kata +1 100%", 2), office.film("Film")):
        office.connector().publish(item, office.remember)
    office.citizen("dm", "Halo")
    assert [message.text for message in office.heard()] == ["Halo"]
    office.connector().delete_own(Item(Kind.TEXT, "", uuid4()), office.post())


@pytest.mark.parametrize("key", ["consumer_key", "consumer_secret", "access_token_secret"])
def test_a_wrong_key_signs_nothing_that_x_takes(office: Office, key: str) -> None:
    office.secrets = {**KEYS, key: "salah"}
    for verb in (lambda: office.connector().check(), office.post, lambda: list(office.connector().fetch({}))):
        with pytest.raises(LoginNeeded) as caught:
            verb()
        assert caught.value.reason is Reason.SESSION_EXPIRED
    assert office.ledger("post") == []


@pytest.mark.parametrize("wrong", [{"client_id": "lain"}, {"client_id": ""}, {"client_secret": "salah"}])
def test_another_app_gets_no_token_and_uses_none_up(office: Office, wrong: dict[str, str]) -> None:
    office.secrets = {**OAUTH2, "client_secret": "app-secret", **wrong}
    with pytest.raises(LoginNeeded):
        office.connector().check()
    office.secrets, office.made = {**OAUTH2, "client_secret": "app-secret"}, []
    assert office.connector().check().handle == HANDLE


@pytest.mark.parametrize("key", KEYS)
def test_a_missing_key_asks_nothing(office: Office, key: str) -> None:
    office.secrets = {**KEYS, key: ""}
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert (caught.value.reason, office.wire.seen) == (Reason.LOGIN_REFUSED, [])


def test_keys_of_another_account_are_refused_before_anything_is_written(office: Office) -> None:
    office.secrets = {**KEYS, "access_token": "akun_lain-token"}
    for verb in (lambda: office.connector().check(), office.post, lambda: list(office.connector().fetch({}))):
        with pytest.raises(LoginNeeded) as caught:
            verb()
        assert caught.value.reason is Reason.WRONG_ACCOUNT
    assert "akun_lain" in caught.value.detail
    assert office.wire.asked("/2/tweets$") == []


def test_a_kept_number_is_not_believed_of_other_keys(office: Office) -> None:
    office.signed_in()
    office.secrets = {**KEYS, "access_token": "akun_lain-token"}
    with pytest.raises(LoginNeeded):
        office.post()
    assert office.wire.asked("/2/tweets$") == []


def test_the_name_may_be_written_as_people_write_it(office: Office) -> None:
    office.handle = f"@{HANDLE.upper()}"
    office.connector().check()
    assert office.connector().permalink("12") == f"https://x.com/{HANDLE.upper()}/status/12"


def test_each_permission_is_named(office: Office) -> None:
    assert office.connector().permissions() == {"Read": True, "Write": True, "Direct message": True}


def test_oauth_2_renews_once_keeps_the_new_pair_and_uses_it(office: Office) -> None:
    office.secrets = OAUTH2
    office.signed_in()
    tokens = office.made[-1].session()["tokens"]
    assert tokens["refresh_token"] != OAUTH2["refresh_token"]
    assert tokens["expires_at"] > time.time() + 7000
    office.post()
    assert len(office.wire.asked(TOKEN)) == 1
    session = {**office.session, "tokens": {**tokens, "expires_at": time.time() + 60}}
    office.session, office.made = session, []
    office.post("Lagi")
    assert len(office.wire.asked(TOKEN)) == 2
    assert len(office.ledger("post")) == 2
    assert office.made[-1].session()["tokens"]["refresh_token"] not in {
        tokens["refresh_token"],
        OAUTH2["refresh_token"],
    }
    granted = office.connector().permissions()
    assert len(granted) == 8
    assert all(granted.values())


def test_a_refresh_token_that_was_used_needs_a_person_and_a_new_one_is_used(office: Office) -> None:
    office.secrets = OAUTH2
    office.signed_in()
    office.session, office.made = {}, []
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert caught.value.reason is Reason.SESSION_EXPIRED
    assert isinstance(office.made[-1].session(), dict)
    office.session = {"tokens": {"access_token": "x", "refresh_token": "old", "expires_at": 0, "entered": "other"}}
    office.secrets, office.made = {**OAUTH2, "refresh_token": f"{HANDLE}-second"}, []
    assert office.connector().check().handle == HANDLE


@pytest.mark.parametrize(
    ("answer", "ours"),
    [
        (Answer(503), Unreachable),
        (Answer(429, {"title": "Too Many Requests"}), (Unreachable, RateLimited)),
        (Answer(200, b"<html>"), Unreachable),
        (Answer(200, {"token_type": "bearer"}), Unreachable),
        (Answer(401, {"error": "invalid_client"}), LoginNeeded),
    ],
)
def test_a_renewal_that_fails_loses_no_token(office: Office, answer: Answer, ours: type[ConnectorError]) -> None:
    office.secrets = OAUTH2
    office.wire.tell(TOKEN, answer)
    with pytest.raises(ours):
        office.connector().check()
    assert office.connector().check().handle == HANDLE


def test_what_a_person_is_asked_for(office: Office) -> None:
    assert [field.name for field in X.fields] == list(KEYS)
    assert all(isinstance(field, Field) and field.secret and all(field.label) and all(field.help) for field in X.fields)


@pytest.mark.parametrize("secrets", [KEYS, OAUTH2], ids=["1.0a", "2.0"])
def test_no_secret_in_errors_or_logs(office: Office, secrets: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    office.secrets = secrets
    office.signed_in()
    tokens = [str(value) for value in dict(office.made[-1].session().get("tokens") or {}).values()]
    said = []
    for fault in ("429", "token-revoked", "permission-missing", "500-before", "drop-before"):
        office.fault("publish", fault)
        with pytest.raises(ConnectorError) as caught:
            office.post()
        said.append(f"{caught.value} {caught.value.detail} {caught.value!r}")
    office.connector().find_own(Item(Kind.TEXT, "x", uuid4()), datetime.now(UTC))
    words = " ".join([*said, caplog.text])
    for secret in [*secrets.values(), *tokens]:
        if len(secret) > 4:
            assert secret not in words
    assert "oauth_signature" not in words


def test_nothing_is_asked_before_a_verb_and_closing_is_always_right(office: Office) -> None:
    connector = office.connector()
    assert (connector.session(), connector.permalink("1"), connector.permalink("x")) == (
        {},
        f"https://x.com/{HANDLE}/status/1",
        "",
    )
    connector.close()
    assert office.wire.seen == []
