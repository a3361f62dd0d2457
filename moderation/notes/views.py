"""One form: an internal note."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from moderation.models import Case
from moderation.notes import writing
from moderation.notes.forms import NoteForm
from offices.requests import DeskRequest
from offices.roles import Permission, may


@require_POST
@may(Permission.NOTE)
def case_note(request: DeskRequest, pk: int) -> HttpResponse:
    case = get_object_or_404(Case.objects.visible_to(request.user, Permission.NOTE), pk=pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        key = form.cleaned_data["key"] or uuid.uuid4()
        writing.write(case, form.cleaned_data["text"].strip(), key, timezone.now(), request.user)
        messages.success(request, _("Noted for your colleagues."))
    else:
        messages.error(request, _("Nothing was noted: write something, at most 2000 characters."))
    return redirect(f"{reverse('case', args=[pk])}#catatan")
