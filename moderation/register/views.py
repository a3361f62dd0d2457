"""The register's page, and the files made of it."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from moderation.models import Case
from moderation.register import making, printing
from moderation.register.choosing import RegisterFilter, cases_of
from moderation.register.models import Export
from moderation.register.rows import chunk_of
from offices.files import send_file
from offices.paging import page_of
from offices.requests import DeskRequest, back
from offices.roles import NotAllowed, Permission, may

FILES_SHOWN = 10
NEWEST_FIRST = ("-opened_at", "-id")


@may(Permission.REPORT)
def register(request: DeskRequest) -> HttpResponse:
    """The filter in the address, its newest lines, and the files that this officer asked for."""
    files = Export.objects.filter(asked_by=request.user, case=None).order_by("-id")[:FILES_SHOWN]
    if request.htmx and request.GET.get("part") == "files":
        return render(request, "moderation/register/_files.html", {"files": files})
    filled = RegisterFilter(request.GET, officer=request.user)
    cases = cases_of(request.user, filled.chosen)
    page = page_of(cases.only("id", "opened_at"), NEWEST_FIRST, request.GET.get("after", ""))
    lines = chunk_of([case.pk for case in page.rows], whole=request.user.may(Permission.PERSONAL), first=1)
    context = {
        "filter": RegisterFilter(request.GET.dict() | filled.shown, officer=request.user),
        "page": page,
        "lines": [printing.line_of(line) for line in lines],
        "total": cases.count(),
        "several_offices": len({line.office for line in lines}) > 1,
        "print_max": printing.ROWS_MAX,
        "kinds": [Export.Kind(kind) for kind in Export.REGISTERS],
        "files": files,
    }
    return render(request, "moderation/register/register.html", context)


@require_POST
@may(Permission.EXPORT)
def register_make(request: DeskRequest) -> HttpResponse:
    """Ask for a file of what the address chooses; the worker makes it."""
    kind = request.POST.get("kind", "")
    chosen = RegisterFilter(request.GET, officer=request.user).chosen
    whole = request.user.may(Permission.PERSONAL)
    if kind in Export.REGISTERS and making.ask(request.user, kind, timezone.now(), chosen=chosen, whole=whole):
        messages.success(request, _("The file is being made. It stands below as soon as it is ready."))
    else:
        messages.error(request, _("Choose Excel, CSV or the printable register."))
    return back(request, "register")


@may(Permission.EXPORT)
def export_file(request: DeskRequest, pk: int) -> FileResponse:
    """A case's folder for whoever may make it; a register for who asked for it, and for the same office."""
    row = get_object_or_404(Export.objects.select_related("case"), pk=pk, state=Export.State.MADE)
    wanted = [Permission.EXPORT, *([Permission.PERSONAL] if row.whole else [])]
    for permission in wanted:
        if not request.user.may(permission):
            raise NotAllowed(permission)
        if row.case_id is not None:
            get_object_or_404(Case.objects.visible_to(request.user, permission), pk=row.case_id)
    if row.case_id is None and row.asked_by_id != request.user.pk and row.office_id != request.user.office_id:
        raise Http404
    return send_file(row.file, row.name)
