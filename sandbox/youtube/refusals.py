"""How Google says no: https://developers.google.com/youtube/v3/docs/errors."""

from sandbox.wire import Reply, as_json

REFUSALS: dict[str, tuple[int, str, str, str]] = {
    "429": (429, "rateLimitExceeded", "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Queries' per minute."),
    "quota": (403, "quotaExceeded", "", "The request cannot be completed because you have exceeded your quota."),
    "500": (500, "backendError", "INTERNAL", "Internal error encountered."),
    "token-revoked": (401, "authError", "UNAUTHENTICATED", "Request had invalid authentication credentials."),
    # A Google account that has lost its channel: no new token helps.
    "login-required": (401, "youtubeSignupRequired", "UNAUTHENTICATED", "Unauthorized"),
    "challenge": (403, "authenticatedUserAccountSuspended", "", "The authenticated user's account is suspended."),
    "permission-missing": (
        403,
        "insufficientPermissions",
        "PERMISSION_DENIED",
        "Request had insufficient authentication scopes.",
    ),
}
DOMAINS = {"quotaExceeded": "youtube.quota", "rateLimitExceeded": "usageLimits", "authError": "global"}


def refusal(fault: str) -> Reply:
    """How Google words a fault."""
    status, reason, state, words = REFUSALS["500" if fault.startswith("500") else fault]
    return refuse(reason, status, words, state)


def refuse(reason: str, status: int = 400, words: str = "", state: str = "") -> Reply:
    said = {"message": words or reason, "domain": DOMAINS.get(reason, "youtube"), "reason": reason}
    error = {"code": status, "message": words or reason, "errors": [said]}
    return as_json({"error": error | ({"status": state} if state else {})}, status)
