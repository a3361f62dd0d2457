"""The border's table: everything that instagrapi can raise has a meaning here."""

import inspect

import pytest
import requests
from instagrapi import exceptions as theirs

from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.instagram.client import PhoneWire
from connectors.instagram.errors import TABLE, border, translated

CLASSES = [
    kind
    for _, kind in inspect.getmembers(theirs, inspect.isclass)
    if issubclass(kind, Exception) and kind.__module__ == theirs.__name__
]
BY_THEIR_ANSWER = {
    # They say that something failed, not what: read from the answer they carry.
    "AccountEditError", "AlbumConfigureError", "AlbumNotDownload", "ClientBadRequestError", "ClientConnectionError",
    "ClientError", "ClientErrorWithTitle", "ClientForbiddenError", "ClientGraphqlError", "ClientIncompleteReadError",
    "ClientJSONDecodeError", "ClientRequestTimeout", "ClientStatusFail", "ClientUnknownError", "ClipConfigureError",
    "ClipNotUpload", "CollectionError", "DirectError", "GenericRequestError", "HashtagError", "IGTVConfigureError",
    "IGTVNotUpload", "LocationError", "MediaError", "PhotoConfigureError", "PhotoConfigureStoryError",
    "PhotoNotUpload", "PrivateError", "UnknownError", "UserError", "ValidationError", "VideoConfigureError",
    "VideoConfigureStoryError", "VideoNotDownload", "VideoNotUpload", "WrongCursorError",
    # Of calls that are not made here.
    "EmailInvalidError", "EmailNotAvailableError", "RelatedProfileRequired",
}  # fmt: skip


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_class_of_instagrapi_is_known(kind: type[Exception]) -> None:
    """A new version's new exception must be thought about, not fall through."""
    named = any(base in TABLE for base in kind.__mro__)
    assert named != (kind.__name__ in BY_THEIR_ANSWER)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("left", [False, True])
def test_every_class_comes_out_as_one_of_ours(kind: type[Exception], left: bool) -> None:
    wire = PhoneWire()
    wire.left = left
    with pytest.raises(ConnectorError), border(wire):
        raise kind("anything")


def answer(status: int, body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = body
    response.url = "https://i.instagram.com/api/v1/media/configure/?token=geheim"
    return response


@pytest.mark.parametrize(
    ("error", "ours", "reason"),
    [
        (
            theirs.PhotoNotUpload("x", response=answer(403, b'{"message":"login_required"}')),
            LoginNeeded,
            Reason.SESSION_EXPIRED,
        ),
        (theirs.PhotoNotUpload("x", response=answer(429, b"{}")), RateLimited, Reason.TOO_FAST),
        (theirs.PhotoNotUpload("x", response=answer(413, b"<html>")), Refused, Reason.MEDIA_REFUSED),
        (
            theirs.ClipNotUpload("x", response=answer(400, b'{"message":"feedback_required"}')),
            RateLimited,
            Reason.ACTION_BLOCKED,
        ),
        (theirs.ClientForbiddenError("x", response=answer(403, b"no")), Refused, Reason.NO_PERMISSION),
        (theirs.ClientNotFoundError("x", response=answer(404, b"{}")), Refused, Reason.NOT_FOUND),
        (theirs.UnknownError(message="checkpoint_required", status="fail"), LoginNeeded, Reason.CHALLENGE),
        (theirs.ChallengeSelfieCaptcha("x"), LoginNeeded, Reason.CHALLENGE),
        (theirs.MediaNotFound("x"), Refused, Reason.NOT_FOUND),
        (KeyError("comment"), Unreachable, Reason.UNREADABLE),
    ],
)
def test_the_answer_decides_where_the_class_does_not(
    error: Exception, ours: type[ConnectorError], reason: Reason
) -> None:
    made = translated(error, PhoneWire())
    assert (type(made), made.reason) == (ours, reason)
    assert "geheim" not in made.detail


def test_a_library_that_stumbles_after_a_write_leaves_it_unknown() -> None:
    wire = PhoneWire()
    wire.left = True
    assert isinstance(translated(KeyError("comment"), wire), OutcomeUnknown)
