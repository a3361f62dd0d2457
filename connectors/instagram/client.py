"""instagrapi, dressed: an Indonesian phone, our own transport, nothing repeated, nothing asked at a terminal."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote_plus
from uuid import UUID

import requests
from instagrapi import Client

from connectors.base import Item, Kind, Login
from connectors.errors import LoginNeeded, Reason
from connectors.sessions import Network, Wire

HOSTS = ("https://i.instagram.com", "https://b.i.instagram.com", "https://www.instagram.com", "https://")
WESTERN_INDONESIA_S = 25_200

IRREVERSIBLE = re.compile(
    r"/api/v1/media/(configure|configure_sidecar|configure_to_clips)/"
    r"|/api/v1/media/[^/]+/comment/$"
    r"|/api/v1/direct_v2/threads/broadcast/"
)
PASSWORD = re.compile(r"/api/v1/accounts/login/|send_login_request/")

TRANSCODE_POLLS = 12
"""How often a reel's configure may be asked again while Instagram transcodes (instagrapi would ask 50 times)."""


class PhoneWire(Wire):
    """Also lets a password out once per door: instagrapi tries a wrong one again, and that gets accounts locked.

    Two doors, because Instagram itself sends some sign-ins from the new door on to the older one.
    """

    def __init__(self) -> None:
        super().__init__(cannot_be_taken_back, still_transcoding, TRANSCODE_POLLS)
        self._tried: set[str] = set()

    def leaving(self, request: requests.PreparedRequest) -> None:
        door = door_of(request)
        if door in self._tried:
            raise LoginNeeded(Reason.LOGIN_REFUSED, "the password was given once and is not given again")
        if door:
            self._tried.add(door)
        super().leaving(request)

    def answered(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        super().answered(request, response)
        # Some accounts with two-factor on get this error type too, with the way on in the same answer.
        wrong = "bad_password" in response.text and "two_step_verification_context" not in response.text
        if door_of(request) and response.status_code == requests.codes.bad_request and wrong:
            raise LoginNeeded(Reason.BAD_PASSWORD)


def door_of(request: requests.PreparedRequest) -> str:
    """Which way a password leaves by with this request; empty: it carries none."""
    found = PASSWORD.search(request.path_url) if request.method == "POST" else None
    return found.group() if found else ""


def cannot_be_taken_back(request: requests.PreparedRequest) -> bool:
    """Whether the world sees something once this is obeyed. Uploads alone show nothing."""
    return request.method == "POST" and IRREVERSIBLE.search(request.path_url.partition("?")[0]) is not None


def still_transcoding(response: requests.Response) -> bool:
    """The one answer that says "not done yet, ask again"."""
    return response.status_code == requests.codes.accepted and "Transcode not finished" in response.text


def open_client(login: Login, network: Network, wire: Wire) -> Client:
    """A client with the kept session, or a new phone where there is none. Sends nothing."""
    client = Client(
        settings=dict(login.session),
        delay_range=None,
        request_timeout=0,  # a pause before each request, not a timeout
        with_challenge_flow=False,  # else input() is called
        session_retry_total=0,
        public_request_retries_count=0,
    )
    client.set_locale("id_ID")
    client.set_country("ID")
    client.set_country_code(62)
    client.set_timezone_offset(WESTERN_INDONESIA_S)
    client.username = login.handle
    network.dress(client.private, HOSTS, wire, inner=client.private.get_adapter("https://"))
    network.dress(client.public, HOSTS, wire)
    network.dress(client.graphql, HOSTS, wire)
    return client


def upload_number(nonce: UUID, part: int = 0) -> str:
    """Instagram's upload numbers are milliseconds, 13 digits; ours stay the same over every attempt at an item."""
    return str(10**12 + (nonce.int + part) % (9 * 10**11))


def mutation_token(nonce: UUID) -> str:
    """A direct message's mark, as the app makes them: 19 digits in a narrow range. Listings carry it back."""
    return str(6_800_011_111_111_111_111 + nonce.int % 88_888_888_888)


@contextmanager
def marked(client: Client, nonce: UUID) -> Iterator[None]:
    """Within it, the tokens by which Instagram may recognise a doubled comment or message derive from `nonce`."""
    client.generate_mutation_token = lambda: mutation_token(nonce)
    client.generate_uuid = lambda prefix="", suffix="": f"{prefix}{nonce}{suffix}"
    try:
        yield
    finally:
        del client.generate_mutation_token, client.generate_uuid


def handle_of(item: Item, request: requests.PreparedRequest) -> dict[str, str]:
    """By what an attempt is known again: the number its media were uploaded under, or the mark of the message.

    A reel's number is chosen inside instagrapi and is read from the request.
    """
    if item.kind is Kind.DM:
        return {"client_context": mutation_token(item.nonce)}
    if item.kind is Kind.REPLY:
        return {"idempotence_token": str(item.nonce)}
    if item.kind is not Kind.REEL:
        return {"upload_id": upload_number(item.nonce)}
    body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
    found = re.search(r'"upload_id":\s*"(\d+)"', unquote_plus(body))
    return {"upload_id": found.group(1)} if found else {}
