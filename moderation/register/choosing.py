"""Which cases a register holds: by period, channel, topic, kind, unit and office. It stands in the page's address, and
in the row of each file that was asked for."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from connectors.models import PLATFORMS
from moderation.handling.models import Handling
from moderation.judging.topics import NAMES
from moderation.models import Case, CaseQuerySet, Message
from offices.models import Office, Officer, Unit
from offices.roles import Permission

BY_HAND = "lain"
"""Of the channels: what came in by no account of ours."""


@dataclass(frozen=True)
class Chosen:
    """A register's filter in plain values: kept as JSON."""

    since: str
    until: str
    """Days of the office's calendar, both included: "2026-01-31"."""
    channel: str = ""
    topic: str = ""
    label: str = ""
    unit: int = 0
    office: str = ""
    """Its folder name; empty: every office that one may read."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def days(self) -> tuple[date, date]:
        return date.fromisoformat(self.since), date.fromisoformat(self.until)


def cases_of(officer: Officer, chosen: Chosen) -> CaseQuerySet:
    """The cases opened in the period, of offices whose register this officer may read. Index: case_register."""
    first, last = chosen.days
    zone = officer.office.zone if officer.office else UTC
    since = datetime.combine(first, time.min, zone)
    until = datetime.combine(last + timedelta(days=1), time.min, zone)
    offices = Office.objects.visible_to(officer, Permission.REPORT)
    if chosen.office:
        offices = offices.filter(slug=chosen.office)
    rows = Case.objects.filter(office__in=list(offices.values_list("id", flat=True)))
    rows = rows.filter(opened_at__gte=since, opened_at__lt=until)
    if chosen.channel:
        rows = rows.filter(account=None) if chosen.channel == BY_HAND else rows.filter(account__platform=chosen.channel)
    if chosen.topic:
        rows = rows.filter(topic=chosen.topic)
    if chosen.label:
        rows = rows.filter(label=chosen.label)
    if chosen.unit:
        noted = Handling.objects.filter(
            case=OuterRef("pk"), unit=Subquery(Unit.objects.filter(id=chosen.unit).values("name"))
        )
        rows = rows.filter(Q(officer__unit=chosen.unit) | Exists(noted))
    return rows


class RegisterFilter(forms.Form):
    """The same as a person fills it in. Unreadable values fall back to this year, and to all."""

    dari = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sampai = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    kanal = forms.ChoiceField(label=_("Channel"), required=False)
    topik = forms.ChoiceField(label=_("Topic"), required=False)
    jenis = forms.ChoiceField(label=_("Kind"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    kantor = forms.ChoiceField(label=_("Office"), required=False)

    def __init__(self, data: Any, *, officer: Officer) -> None:
        super().__init__(data, auto_id="register_%s")
        offices = list(Office.objects.visible_to(officer, Permission.REPORT))
        units = Unit.objects.filter(office__in=offices).select_related("office").order_by("office", "name")
        several = len(offices) > 1
        self._choose("kanal", [(name, words) for name, (words, _path) in PLATFORMS.items()] + [(BY_HAND, _("Others"))])
        self._choose("topik", list(NAMES.items()))
        self._choose("jenis", [pair for pair in Message.Label.choices if pair[0] != Message.Label.PRAISE])
        self._choose("unit", [(str(one.pk), f"{one} · {one.office}" if several else str(one)) for one in units])
        self._choose("kantor", [(one.slug, str(one)) for one in offices])
        if not several:
            del self.fields["kantor"]
        if not units:
            del self.fields["unit"]
        self.is_valid()

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Chosen:
        today = timezone.localdate()
        since = self.cleaned_data.get("dari") or today.replace(month=1, day=1)
        until = self.cleaned_data.get("sampai") or max(today, since)
        return Chosen(
            since=min(since, until).isoformat(),
            until=max(since, until).isoformat(),
            channel=self.cleaned_data.get("kanal") or "",
            topic=self.cleaned_data.get("topik") or "",
            label=self.cleaned_data.get("jenis") or "",
            unit=int(self.cleaned_data.get("unit") or 0),
            office=self.cleaned_data.get("kantor") or "",
        )

    @property
    def shown(self) -> dict[str, str]:
        """What the form shows as chosen, the period above all."""
        return {"dari": self.chosen.since, "sampai": self.chosen.until}

    @property
    def in_words(self) -> str:
        """What is shown, in one line: the form itself is folded away, which would fill a phone."""
        first, last = self.chosen.days
        limits = [
            str(dict(self.fields[name].choices)[value])  # type: ignore[attr-defined]
            for name, value in self.cleaned_data.items()
            if value and hasattr(self.fields[name], "choices")
        ]
        return " · ".join([f"{date_format(first, 'j M Y')} – {date_format(last, 'j M Y')}", *limits])
