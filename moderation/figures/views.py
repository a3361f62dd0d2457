"""The pages of figures: an office's, and a city's over all its centres; their pictures; the targets."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from moderation.figures import pictures, targets
from moderation.figures.forms import TargetsForm
from moderation.figures.indicators import BY_KEY
from moderation.figures.models import Target
from moderation.figures.page import Report, months_in_words, report
from moderation.figures.period import Period
from moderation.figures.reading import by_month, targets_above, targets_of
from offices.centres import chosen_centre
from offices.models import Office
from offices.requests import DeskRequest
from offices.roles import Permission, may


def asked_period(request: DeskRequest) -> Period:
    return Period.read(request.GET.get("periode", ""), timezone.localdate())


def offices_shown(request: DeskRequest) -> list[Office]:
    """The chosen centre, else all that one sees: a city's officer sees the whole."""
    centre = chosen_centre(request)
    return [centre] if centre else list(Office.objects.visible_to(request.user))


@may(Permission.REPORT)
def figures_page(request: DeskRequest) -> HttpResponse:
    """`periode` (2026-11, 2026), `kantor`, `menurut` (topic, channel, unit, stage): all in the address."""
    shown = offices_shown(request)
    if not shown:
        raise Http404
    made: Report = report(shown, asked_period(request), request.GET.get("menurut", ""))
    return render(request, "moderation/figures.html", {"report": made})


@may(Permission.REPORT)
def picture(request: DeskRequest, kind: str) -> HttpResponse:
    """A year's months as SVG: `waktu` (answered in time), `kasus` (came and answered), `kecil` (in time, small)."""
    period, shown = asked_period(request), offices_shown(request)
    months = by_month(shown, period.year)
    labels, nothing = months_in_words(), _("Nothing was counted in this year.")
    every = [months.get(number) for number in range(1, 13)]
    in_time = [one.realised(BY_KEY["in_time"]) if one else None for one in every]
    if kind == "kecil":
        drawn = pictures.small(in_time)
    elif kind == "waktu" and shown:
        target = targets_of(shown[0], period.year)["in_time"][0]
        series: pictures.Series = [(_("answered in time, %"), in_time, False), (_("target"), [target] * 12, True)]
        drawn = pictures.lines(labels, series, nothing, top=100)
    elif kind == "kasus":
        opened, answered = ([one.numbers[what] if one else 0 for one in every] for what in ("opened", "answered"))
        columns = [(_("cases opened"), opened, False), (_("answered"), answered, False)]
        drawn = pictures.bars(labels, columns, nothing)
    else:
        raise Http404
    return HttpResponse(drawn, content_type="image/svg+xml", headers={"Cache-Control": "private, max-age=60"})


@may(Permission.REPORT, post=Permission.OFFICE)
def targets_page(request: DeskRequest) -> HttpResponse:
    """The targets of one's own office in a year."""
    office, year = request.user.office, asked_period(request).year
    if office is None:
        raise Http404
    own = dict(Target.objects.filter(office=office, year=year).values_list("indicator", "value"))
    said = {key: float(value) for key, value in own.items()}
    form = TargetsForm(request.POST or None, said=said, else_held=targets_above(office, year))
    if request.method == "POST" and form.is_valid():
        targets.set_targets(office, year, form.values(), timezone.now(), request.user)
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('figures')}?periode={year}")
    return render(request, "moderation/targets.html", {"form": form, "year": year})
