"""The border: WordPress's error codes in the product's own five kinds of error.

Lost connections and 5xx never get this far: `connectors.sessions` names them. Exceptions are the few 5xx by which
WordPress itself says a definite no (DEFINITE).
"""

from datetime import UTC, datetime, timedelta

import requests

from connectors.errors import ConnectorError, LoginNeeded, RateLimited, Reason, Refused, Unreachable

FLOOD = timedelta(minutes=1)
"""WordPress takes one comment every 15 s from one author, and names no time."""

Ours = tuple[type[ConnectorError], Reason]

CODES: dict[str, Ours] = {
    # The user may not: an editor's role is missing, which only a person can give.
    "rest_cannot_create": (LoginNeeded, Reason.NO_PERMISSION),
    "rest_cannot_publish": (LoginNeeded, Reason.NO_PERMISSION),
    "rest_forbidden_context": (LoginNeeded, Reason.NO_PERMISSION),
    "rest_forbidden_param": (LoginNeeded, Reason.NO_PERMISSION),
    "rest_forbidden_status": (LoginNeeded, Reason.NO_PERMISSION),
    "application_passwords_disabled": (LoginNeeded, Reason.LOGIN_REFUSED),
    "application_passwords_disabled_for_user": (LoginNeeded, Reason.LOGIN_REFUSED),
    # Too fast.
    "comment_flood": (RateLimited, Reason.TOO_FAST),
    # A no to this one item.
    "comment_duplicate": (Refused, Reason.DUPLICATE),
    "rest_comment_closed": (Refused, Reason.COMMENTS_CLOSED),
    "rest_comment_invalid_post_id": (Refused, Reason.NOT_FOUND),
    "rest_comment_trash_post": (Refused, Reason.NOT_FOUND),
    "rest_comment_draft_post": (Refused, Reason.NOT_FOUND),
    "rest_comment_content_invalid": (Refused, Reason.TEXT_REFUSED),
    "comment_content_column_length": (Refused, Reason.TEXT_REFUSED),
    # One code for a wrong type, a picture over PHP's limit and a full disk.
    "rest_upload_unknown_error": (Refused, Reason.MEDIA_REFUSED),
    "rest_upload_sideload_error": (Refused, Reason.MEDIA_REFUSED),
    "rest_upload_file_too_big": (Refused, Reason.MEDIA_REFUSED),
    "rest_upload_limited_space": (Refused, Reason.MEDIA_REFUSED),
    "rest_upload_no_data": (Refused, Reason.MEDIA_REFUSED),
    "rest_trash_not_supported": (Refused, Reason.UNSUPPORTED),
}

DEFINITE = frozenset({"rest_upload_unknown_error", "rest_upload_sideload_error", "rest_trash_not_supported"})
"""Answered with 500 or 501, and a clear no all the same: nothing was done."""

STATUS: dict[int, Ours] = {
    403: (Refused, Reason.NO_PERMISSION),
    404: (Refused, Reason.NOT_FOUND),
    409: (Refused, Reason.DUPLICATE),
    410: (Refused, Reason.NOT_FOUND),
    413: (Refused, Reason.MEDIA_REFUSED),
    415: (Refused, Reason.MEDIA_REFUSED),
}


def code_of(response: requests.Response) -> str:
    """WordPress's own name for an error; empty where it was not WordPress that answered."""
    try:
        said = response.json()
    except ValueError:
        return ""
    return str(said.get("code") or "") if isinstance(said, dict) else ""


def error_for(response: requests.Response, reading: bool) -> ConnectorError:
    """What an answer that is no success means. A 3xx has obeyed nothing: the site moved. A page that is not
    WordPress's own comes from something in front of it."""
    status, code = response.status_code, code_of(response)
    detail = f"HTTP {status} {code}".strip()
    if status == requests.codes.too_many_requests:
        return RateLimited(Reason.TOO_FAST, detail, _until(response, code))
    if status == requests.codes.unauthorized:
        return LoginNeeded(Reason.BAD_PASSWORD, detail)
    if code in CODES:
        kind, reason = CODES[code]
        return kind(reason, detail)
    if status < 400 or (not code and reading):
        return Unreachable(Reason.UNREADABLE, detail)
    kind, reason = STATUS.get(status, (Refused, Reason.REFUSED))
    return kind(reason, detail)


def _until(response: requests.Response, code: str) -> datetime | None:
    seconds = response.headers.get("Retry-After", "")
    if seconds.isdigit():
        return datetime.now(UTC) + timedelta(seconds=int(seconds))
    return datetime.now(UTC) + FLOOD if code == "comment_flood" else None
