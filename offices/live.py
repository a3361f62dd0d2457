"""What an open page asks every few seconds: has anything changed? One number for all that an officer may see."""

from collections.abc import Callable

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse

from offices.models import Event, Office, Officer
from offices.requests import DeskRequest
from offices.roles import Permission, may


def change_mark(officer: Officer) -> str:
    """Another one as soon as anything moved in an office that this officer sees: every move writes an Event.

    One look into the index an office (event_of_office), however many Events there are.
    """
    newest = Event.objects.filter(office=OuterRef("pk")).order_by("-at", "-id").values("id")[:1]
    offices = Office.objects.visible_to(officer).order_by("pk").annotate(newest=Subquery(newest))
    return "-".join(str(event or 0) for event in offices.values_list("newest", flat=True))


@may(Permission.READ)
def pulse(request: DeskRequest) -> HttpResponse:
    """Nothing (204) while the page's own mark still holds, else the new one. Never kept by a browser."""
    mark = change_mark(request.user)
    unchanged = request.GET.get("mark") == mark
    answer = HttpResponse(status=204) if unchanged else JsonResponse({"mark": mark})
    answer.headers["Cache-Control"] = "no-store"
    return answer


class LiveMarkMiddleware:
    """`request.live_mark`: the mark from before the page was made, which the page then asks with.

    Taken any later, it would already count what moved between the page's own look and the mark: the page would
    never show that, until something else moves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if page and isinstance(request.user, Officer):
            request.live_mark = change_mark(request.user)  # type: ignore[attr-defined]
        return self.get_response(request)
