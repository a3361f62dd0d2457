"""Times are stored in UTC and shown in the zone of the office whose officer looks."""

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone


class OfficeTimeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        office = getattr(request.user, "office", None)
        if office is None:
            return self.get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(office.time_zone)):
            return self.get_response(request)
