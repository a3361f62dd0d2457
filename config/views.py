"""The pages that belong to no layer: does the desk answer, and does its database; and who may do what was refused."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from offices.models import Officer
from offices.roles import roles_with

PEOPLE_NAMED = 5


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
