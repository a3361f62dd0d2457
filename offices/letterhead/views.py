"""The letterhead's page, and its logo."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from offices.files import show_file
from offices.letterhead.forms import LetterheadForm
from offices.letterhead.models import of
from offices.models import Event, Office
from offices.requests import DeskRequest
from offices.roles import Permission, may


@may(Permission.OFFICE)
def letterhead(request: DeskRequest) -> HttpResponse:
    row = of(_own(request))
    was = row.logo.name
    form = LetterheadForm(request.POST or None, request.FILES or None, instance=row)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        if was and was != saved.logo.name:
            saved.logo.storage.delete(was)
        Event.write(saved.office_id, "office.letterhead", saved.office, actor=request.user, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("letterhead")
    shown = {"form": form, "own": row.office, "row": of(row.office)}  # as it is printed now, whatever was typed
    return render(request, "offices/letterhead/letterhead.html", shown)


@may(Permission.READ)
def letterhead_logo(request: DeskRequest) -> FileResponse:
    row = of(_own(request))
    if not row.logo:
        raise Http404
    return show_file(Path(row.logo.path), Path(settings.MEDIA_ROOT), "image/png")


def _own(request: DeskRequest) -> Office:
    if request.user.office is None:
        raise Http404
    return request.user.office
