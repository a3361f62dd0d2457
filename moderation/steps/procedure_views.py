"""The office's procedure: which one is in force, a new version, the earlier ones."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from moderation.procedure import Problem, Refused, Rules, read
from moderation.steps import versions
from moderation.steps.models import Procedure
from moderation.steps.showing import drawing_of
from moderation.steps.words import role_words
from offices.models import Office
from offices.requests import DeskRequest, whole
from offices.roles import Permission, may

VERSIONS_SHOWN = 50


class TextForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("The procedure's file"),
        strip=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "code", "wrap": "off"}),
    )


@dataclass(frozen=True)
class Mistake:
    """A problem with the words of its line, for people who see no line numbers."""

    line: int
    words: str
    quoted: str


@may(Permission.READ)
def procedure(request: DeskRequest) -> HttpResponse:
    """The one in force, with the earlier versions."""
    office = _own(request)
    row = versions.in_force(office)
    earlier = Procedure.objects.of(office).exclude(id=row.pk).select_related("by")[:VERSIONS_SHOWN]
    context = {"own": office, "row": row, "in_force": True, "earlier": earlier, "shipped": versions.all_shipped()}
    return render(request, "moderation/procedure.html", {**context, **shown(row.rules)})


@may(Permission.READ)
def procedure_version(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Procedure.objects.visible_to(request.user).select_related("by", "office"), pk=pk)
    own = request.user.office
    context = {"own": own, "row": row, "in_force": own is not None and versions.in_force(own) == row}
    return render(request, "moderation/procedure.html", {**context, **shown(row.rules)})


@may(Permission.PROCEDURE)
def procedure_edit(request: DeskRequest) -> HttpResponse:
    """Copy one (`?dari=` a version's number; without it, the one in force), change its words, check, put in force."""
    office = _own(request)
    form = TextForm(request.POST or None, initial={"text": _copied(request, office).text})
    if request.method != "POST" or not form.is_valid():
        return render(request, "moderation/procedure_edit.html", {"own": office, "form": form})
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    try:
        rules = read(text)
    except Refused as refused:
        context = {"own": office, "form": form, "mistakes": mistakes(text, refused.problems)}
        return render(request, "moderation/procedure_edit.html", context, status=422)
    if "in_force" not in request.POST:
        return render(request, "moderation/procedure_edit.html", {"own": office, "form": form, **shown(rules)})
    if versions.put_in_force(office, text, timezone.now(), request.user):
        messages.success(request, _("In force for new cases. Cases that run keep the version that they began with."))
    else:
        messages.info(request, _("These very words are in force already."))
    return redirect("procedure")


def shown(rules: Rules) -> dict[str, object]:
    """What pages show of a procedure that was read."""
    language = get_language() or "id"
    return {
        "rules": rules,
        "title": rules.document.title.in_language(language),
        "lines": drawing_of(rules),
        "proposed": any(stage.proposed for stage in rules.stages),
        "extended_by": [role_words(role) for role in rules.extended_by],
        "approved_by": [role_words(role) for role in rules.approval.roles],
    }


def mistakes(text: str, problems: list[Problem]) -> list[Mistake]:
    lines, language = text.splitlines(), get_language() or "id"
    quoted = {number: line.strip()[:120] for number, line in enumerate(lines, start=1)}
    return [Mistake(one.line, one.words(language), quoted.get(one.line, "")) for one in problems]


def _copied(request: DeskRequest, office: Office) -> Procedure:
    if chosen := whole(request.GET.get("dari")):
        return get_object_or_404(Procedure.objects.visible_to(request.user), pk=chosen)
    return versions.in_force(office)


def _own(request: DeskRequest) -> Office:
    if request.user.office is None:
        raise Http404
    return request.user.office
