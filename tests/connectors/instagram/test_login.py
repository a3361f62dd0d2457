"""Signing in: the right reason for a person, one password at a time, the same phone for ever."""

import socket
from collections.abc import Mapping
from typing import Any

import pytest
import requests

from connectors.base import Identity, Login
from connectors.errors import ConnectorError, LoginNeeded, RateLimited, Reason, Unreachable
from connectors.instagram import Instagram
from connectors.sessions import Network
from tests.connectors.instagram.between import Answer
from tests.connectors.instagram.conftest import HANDLE, PASSWORD, Office

PASSWORD_DOORS = r"/accounts/login/|send_login_request/"
NEW_DOOR = r"send_login_request/"
OLD_DOOR = r"/accounts/login/"
CURRENT_USER = r"/accounts/current_user/"


def account(office: Office, **settings: Any) -> None:
    body = {"platform": "instagram", "account": HANDLE, "password": PASSWORD, **settings}
    assert requests.post(f"{office.stand_in.base}/_sandbox/accounts", json=body, timeout=5).status_code == 201


def fallback(office: Office) -> None:
    """Instagram sends the sign-in on to the older door, which names reasons."""
    marker = {"data": {"type": "action_log", "markers": ["CAA_LOGIN_FALLBACK:fallback_triggered"]}}
    bloks = {"layout": {"bloks_payload": {"data": [marker], "action": ""}}, "status": "ok"}
    office.wire.tell(NEW_DOOR, Answer(200, bloks))


def test_a_first_sign_in_says_who_we_are(office: Office) -> None:
    who = office.connector().check()
    assert isinstance(who, Identity)
    assert (who.handle, who.remote_id.isdigit()) == (HANDLE, True)
    assert len(office.wire.asked(PASSWORD_DOORS)) == 1


def test_a_kept_session_needs_no_password(office: Office) -> None:
    office.signed_in()
    office.secrets = {}
    office.wire.seen.clear()
    office.connector().check()
    assert [seen.path.partition("?")[0] for seen in office.wire.seen] == [
        "i.instagram.com/api/v1/accounts/current_user/"
    ]
    office.wire.seen.clear()
    office.connector().publish(office.picture("x"), office.remember)
    assert office.wire.asked(PASSWORD_DOORS) == []


def test_an_expired_session_is_renewed_once_with_the_password_by_check_alone(office: Office) -> None:
    office.signed_in().fault("login", "login-required")
    office.wire.seen.clear()
    office.connector().check()
    assert len(office.wire.asked(PASSWORD_DOORS)) == 1
    office.fault("fetch", "login-required")
    office.wire.seen.clear()
    with pytest.raises(LoginNeeded) as caught:
        list(office.connector().fetch({}))
    assert caught.value.reason is Reason.SESSION_EXPIRED
    assert office.wire.asked(PASSWORD_DOORS) == []


def test_without_session_and_password_a_person_is_asked(office: Office) -> None:
    office.secrets = {}
    with pytest.raises(LoginNeeded):
        office.connector().check()
    assert office.wire.seen == []


def test_a_wrong_password_is_given_once_a_door(office: Office) -> None:
    """instagrapi would go round: new door, older door, new door again."""
    account(office)
    office.secrets = {"password": "salah"}
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert caught.value.reason is Reason.BAD_PASSWORD
    assert [len(office.wire.asked(door, "POST")) for door in (NEW_DOOR, OLD_DOOR)] == [1, 1]


def test_a_password_is_not_given_twice_even_where_the_older_door_sends_back(office: Office) -> None:
    fallback(office)
    office.wire.tell(OLD_DOOR, Answer(400, {"message": "old", "error_type": "needs_upgrade", "status": "fail"}))
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert caught.value.reason is Reason.LOGIN_REFUSED
    assert len(office.wire.asked(NEW_DOOR, "POST")) == 1


def test_two_factor_asks_for_the_code_and_takes_it(office: Office) -> None:
    account(office, two_factor=True)
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert caught.value.reason is Reason.TWO_FACTOR
    phone = office.made[-1].session()["uuids"]
    office.secrets = {"password": PASSWORD, "code": "123456"}
    assert office.connector().check().handle == HANDLE
    assert office.made[-1].session()["uuids"] == phone


def test_a_wrong_code_asks_again(office: Office) -> None:
    account(office, two_factor=True)
    office.secrets = {"password": PASSWORD, "code": "000000"}
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert caught.value.reason is Reason.TWO_FACTOR


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"message": "The password is wrong", "error_type": "bad_password"}, Reason.BAD_PASSWORD),
        (
            {"message": "no", "error_type": "bad_password", "two_step_verification_context": "c"},
            Reason.TWO_FACTOR,
        ),
        ({"message": "", "two_factor_info": {"two_factor_identifier": "x"}}, Reason.TWO_FACTOR),
        ({"message": "challenge_required", "challenge": {"api_path": "/challenge/1/"}}, Reason.CHALLENGE),
        ({"message": "checkpoint_required", "checkpoint_url": "https://x"}, Reason.CHALLENGE),
        (
            {"message": "challenge_required", "challenge": {"url": "https://i.instagram.com/accounts/suspended/"}},
            Reason.SUSPENDED,
        ),
        ({"message": "The username you entered doesn't appear to belong to an account."}, Reason.LOGIN_REFUSED),
        ({"message": "Something else", "error_type": "never_seen"}, Reason.LOGIN_REFUSED),
    ],
)
def test_reasons_of_the_older_door(office: Office, body: Mapping[str, Any], reason: Reason) -> None:
    fallback(office)
    office.wire.tell(OLD_DOOR, Answer(400, {**body, "status": "fail"}))
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert caught.value.reason is reason
    assert len(office.wire.asked(OLD_DOOR, "POST")) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"message": "no", "error_type": "two_factor_required"}, Reason.TWO_FACTOR),
        ({"message": "no", "error_type": "bad_password"}, Reason.BAD_PASSWORD),
        ({"message": "checkpoint_required"}, Reason.CHALLENGE),
        ({"message": "challenge_required"}, Reason.CHALLENGE),
    ],
)
def test_reasons_of_the_new_door(office: Office, body: Mapping[str, Any], reason: Reason) -> None:
    office.wire.tell(NEW_DOOR, Answer(400, {**body, "status": "fail"}))
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert caught.value.reason is reason
    assert len(office.wire.asked(PASSWORD_DOORS, "POST")) == 1


@pytest.mark.parametrize(
    ("fault", "ours"),
    [
        ("429", RateLimited),
        ("500-before", Unreachable),
        ("500-after", Unreachable),
        ("timeout-after", Unreachable),
        ("drop-before", Unreachable),
        ("drop-after", Unreachable),
        ("login-required", LoginNeeded),
        ("challenge", LoginNeeded),
    ],
)
def test_faults_while_signing_in(office: Office, fault: str, ours: type[ConnectorError]) -> None:
    office.fault("login", fault)
    with pytest.raises(ours):
        office.connector().check()
    assert len(office.wire.asked(PASSWORD_DOORS, "POST")) == 1


def test_a_hotspots_page_is_not_taken_for_instagram(office: Office) -> None:
    office.signed_in().wire.tell(CURRENT_USER, Answer(200, b"<html>Please sign in</html>"))
    with pytest.raises(Unreachable) as caught:
        office.connector().check()
    assert caught.value.reason is Reason.UNREADABLE
    office.session = {}
    office.made.clear()
    office.wire.tell("/qe/sync/", Answer(200, b"<html>Please sign in</html>"))
    with pytest.raises(Unreachable):
        office.connector().check()


def test_the_phone_is_indonesian_and_stays_the_same(office: Office) -> None:
    first = office.signed_in().made[-1].session()
    office.connector().check()
    second = office.made[-1].session()
    assert (first["locale"], first["country"], first["country_code"]) == ("id_ID", "ID", 62)
    assert (first["timezone_offset"], first["timezone_name"]) == (25200, "GMT+07:00")
    for kept in ("uuids", "device_settings", "user_agent", "usdid", "authorization_data"):
        assert first[kept] == second[kept], kept
    assert "id_ID" in first["user_agent"]
    (asked,) = office.wire.asked(CURRENT_USER)[-1:]
    assert asked.headers["x-ig-device-locale"] == "id_ID"
    assert asked.headers["x-ig-timezone-offset"] == "25200"


def test_nothing_is_asked_at_a_terminal(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("asked at a terminal"))
    office.signed_in().fault("any", "challenge")
    with pytest.raises(LoginNeeded):
        office.connector().check()


def test_errors_and_representations_hold_no_secret(office: Office) -> None:
    office.secrets = {"password": "rahasia-sekali"}
    office.wire.tell(NEW_DOOR, Answer(400, {"message": "checkpoint_required"}))
    connector = office.connector()
    with pytest.raises(LoginNeeded) as caught:
        connector.check()
    assert "rahasia" not in f"{caught.value} {caught.value.__cause__} {connector.login!r}"


def test_an_unused_connector_opens_nothing() -> None:
    session = {"kept": "as it was"}
    unused = Instagram(Login(HANDLE, {}, session), Network("http://127.0.0.1:9"))
    assert unused.session() == session
    unused.close()


@pytest.mark.parametrize("listening", [False, True])
def test_curl_the_real_transport_neither_waits_for_ever_nor_hides_what_failed(
    monkeypatch: pytest.MonkeyPatch, listening: bool
) -> None:
    """Without a stand-in, instagrapi's own transport is used: here through a proxy that is deaf, or not there."""
    with socket.socket() as proxy:
        proxy.bind(("127.0.0.1", 0))
        if listening:
            proxy.listen()
        for name in ("https_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        connector = Instagram(Login(HANDLE, {"password": PASSWORD}, {}), Network(connect_s=0.3, read_s=0.3))
        with pytest.raises(Unreachable) as caught:
            connector.check()
        connector.close()
    assert caught.value.reason is (Reason.TIMEOUT if listening else Reason.OFFLINE)
