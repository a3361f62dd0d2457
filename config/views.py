"""The one page that belongs to no layer: does the desk answer, and does its database?"""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse


@login_not_required
def healthy(request: HttpRequest) -> HttpResponse:
    """For health checks (`config/healthy.py`, the proxy). Says nothing that a stranger may not know."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("sehat\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
