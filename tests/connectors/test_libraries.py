"""The client libraries that are installed, held against our borders: an error that a newer version adds is looked at
here before it is met by an office."""

import inspect
from types import ModuleType

import facebook
import googleapiclient.errors as google
import pytest
import tweepy.errors as tweepy
from instagrapi import exceptions as instagrapi
from pywa import errors as pywa

from connectors.errors import ConnectorError
from connectors.instagram.errors import TABLE
from connectors.whatsapp.errors import CODES, NO_VERDICT

SAY_NOTHING = {
    # By themselves: the answer's own words and status tell (`instagram/errors.py`), or nothing does.
    *("ClientError", "ClientErrorWithTitle", "ClientBadRequestError", "ClientForbiddenError", "ClientGraphqlError"),
    *("ClientConnectionError", "ClientIncompleteReadError", "ClientJSONDecodeError", "ClientRequestTimeout"),
    *(
        "ClientStatusFail",
        "ClientUnknownError",
        "GenericRequestError",
        "PrivateError",
        "UnknownError",
        "ValidationError",
    ),
    *("AlbumConfigureError", "ClipConfigureError", "ClipNotUpload", "PhotoConfigureError", "PhotoNotUpload"),
    *("VideoConfigureError", "VideoNotUpload", "DirectError", "MediaError", "UserError"),
}
NOT_USED = {
    # Things that the desk never asks for.
    *("AccountEditError", "AlbumNotDownload", "VideoNotDownload", "CollectionError", "HashtagError", "LocationError"),
    *("IGTVConfigureError", "IGTVNotUpload", "PhotoConfigureStoryError", "VideoConfigureStoryError"),
    *("EmailInvalidError", "EmailNotAvailableError", "RelatedProfileRequired", "WrongCursorError"),
}


def errors_of(module: ModuleType) -> list[type[Exception]]:
    found = (one for _, one in inspect.getmembers(module, inspect.isclass) if issubclass(one, Exception))
    return [one for one in found if one.__module__ == module.__name__]


def test_each_of_instagrapis_errors_is_known() -> None:
    unknown = {one.__name__ for one in errors_of(instagrapi) if not set(one.__mro__) & TABLE.keys()}
    assert unknown == SAY_NOTHING | NOT_USED


@pytest.mark.parametrize("family", ["SendMessageError", "AuthorizationError", "ThrottlingError", "IntegrityError"])
def test_each_code_of_pywas_that_sending_can_meet_is_known(family: str) -> None:
    """Of calls, groups, flows and sign-ups it knows others."""
    root, flows = getattr(pywa, family), {pywa.FlowBlocked, pywa.FlowThrottled}
    ours = [one for one in errors_of(pywa) if issubclass(one, root) and one not in flows]
    codes = {code for one in ours for code in getattr(one, "__error_codes__", None) or ()}
    assert len(codes) > 2
    assert codes <= CODES.keys() | NO_VERDICT


def test_the_other_libraries_have_one_error_with_the_answer_in_it() -> None:
    """Its status and the answer's own words count, not its class: a new class below changes nothing."""
    assert {one.__name__ for one in errors_of(facebook)} == {"GraphAPIError"}
    answers = {one for one in errors_of(tweepy) if one is not tweepy.TweepyException}
    assert all(issubclass(one, tweepy.HTTPException) for one in answers)
    assert issubclass(google.ResumableUploadError, google.HttpError)
    assert not any(issubclass(one, ConnectorError) for one in errors_of(google))
