"""The pages that belong to no layer: does the desk answer, and does its database; and who may do what was refused."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from offices.models import Officer
from offices.roles import roles_with

PEOPLE_NAMED = 5
Answering = Callable[[HttpRequest], HttpResponse]


@login_not_required
def healthy(request: HttpRequest) -> HttpResponse:
    """For health checks (`config/healthy.py`, the proxy). Says nothing that a stranger may not know."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("sehat\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: what the role lacks, and who has it: the roles, and who of one's own office holds one of them."""
    wanted = getattr(exception, "permissions", ())
    roles = roles_with(*wanted)
    office = getattr(request.user, "office", None)
    people = Officer.objects.none()
    if wanted and office is not None:
        people = office.officers.filter(is_active=True, role__in=roles).exclude(pk=request.user.pk)
    context = {"wanted": wanted, "roles": roles, "people": people.order_by("first_name", "username")[:PEOPLE_NAMED]}
    return render(request, "403.html", context, status=403)


def explain_refused_get(get_response: Answering) -> Answering:
    """Middleware: an address that only a button leads to, opened again by a phone that had put it away, is a page with
    words and a way on, not the browser's own error."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and request.method == "GET":
            response.content = render_to_string("405.html", request=request)
        return response

    return answer
