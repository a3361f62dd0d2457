"""Pages and their styles travel small: a village's line is slow, and text packs to a quarter.

Pictures and films are packed already, and a part of a file (Range) must stay what it is.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

PACKED = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/manifest+json")


class PackTextMiddleware(GZipMiddleware):
    """Django's own, which hides lengths from whoever guesses at secrets (BREACH), for text alone."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        whole = response.status_code == 200 and not response.has_header("Content-Range")
        if not whole or not str(response.get("Content-Type", "")).startswith(PACKED):
            return response
        packed: HttpResponseBase = super().process_response(request, response)
        return packed
