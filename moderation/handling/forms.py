"""What is typed to note what was done, and to hand a case over."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moderation.handling.handing_over import offices_for
from moderation.handling.models import Handling
from moderation.models import Case
from offices.models import Office

WHAT_MAX = 2000


class HandlingForm(forms.ModelForm[Handling]):
    """`key` makes a double tap one."""

    goes_on = forms.BooleanField(label=_("This is not the end: more is to be done"), required=False)

    class Meta:
        model = Handling
        fields = ["outcome", "what", "unit", "where", "done_on", "key"]
        widgets = {
            "outcome": forms.RadioSelect,
            "what": forms.Textarea(attrs={"rows": 3, "maxlength": WHAT_MAX}),
            "unit": forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
            "done_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "key": forms.HiddenInput,
        }
        labels = {
            "what": _("What was done, or why not"),
            "where": _("Where to go (if it is not our authority)"),
        }
        help_texts = {"what": _("For the register: no names of patients, no numbers.")}

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4(), "done_on": timezone.localdate(), **kwargs.get("initial", {})}
        kwargs["auto_id"] = "id_handling_%s"
        super().__init__(*args, **kwargs)
        self.fields["key"].required = False
        self.units = list(case.office.units.values_list("name", flat=True))
        if case.handler is not None:
            self.units = list(case.handler.units.values_list("name", flat=True))

    def clean_done_on(self) -> date:
        given: date = self.cleaned_data["done_on"]
        if given > timezone.localdate():
            raise ValidationError(gettext("This day is still to come."))
        return given

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("outcome") == Handling.Outcome.ELSEWHERE and not given.get("where"):
            self.add_error("where", gettext("Say where the citizen is to go."))
        given["key"] = given.get("key") or uuid.uuid4()
        return given

    def handling(self) -> Handling:
        """Not stored yet."""
        made = self.save(commit=False)
        made.final = not self.cleaned_data["goes_on"]
        return made


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(label=_("To which office"), queryset=Office.objects.none(), empty_label=None)
    why = forms.CharField(
        label=_("Why, and what is asked of them"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        kwargs["auto_id"] = "id_hand_over_%s"
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = offices_for(case)

    @property
    def has_offices(self) -> bool:
        field: Any = self.fields["to"]
        return bool(field.queryset.exists())
