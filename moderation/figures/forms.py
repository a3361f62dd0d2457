"""Targets of a year."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation.figures.indicators import INDICATORS, Indicator, Measure

HOUR = 60


def field_of(one: Indicator) -> forms.IntegerField:
    """Shares in per cent, times in working hours."""
    limits = {Measure.SHARE: (1, 100), Measure.MINUTES: (1, 1000), Measure.NUMBER: (0, 10_000)}[one.measure]
    units = {Measure.SHARE: _("per cent"), Measure.MINUTES: _("working hours"), Measure.NUMBER: _("cases and messages")}
    return forms.IntegerField(
        label=str(one.name), min_value=limits[0], max_value=limits[1], required=False, help_text=units[one.measure]
    )


class TargetsForm(forms.Form):
    """One field an indicator; empty: the target of the office above, else our proposal."""

    def __init__(self, *args: Any, said: Mapping[str, float], else_held: Mapping[str, float], **kwargs: Any) -> None:
        """`said`: one's own; `else_held`: what holds where a field is left empty."""
        super().__init__(*args, **kwargs)
        for one in INDICATORS:
            self.fields[one.key] = field = field_of(one)
            per = HOUR if one.measure is Measure.MINUTES else 1
            field.widget.attrs["placeholder"] = f"{else_held[one.key] / per:g}"
            if one.key in said:
                field.initial = round(said[one.key] / per)

    def values(self) -> dict[str, int | None]:
        """Indicator → target as it is stored (times in minutes), None where it was left empty."""
        given = {one: self.cleaned_data[one.key] for one in INDICATORS}
        return {
            one.key: value * HOUR if value is not None and one.measure is Measure.MINUTES else value
            for one, value in given.items()
        }
