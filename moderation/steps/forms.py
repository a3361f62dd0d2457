"""What people say about a clock: why it waits, how much longer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.working_time import Duration


class WaitForm(forms.Form):
    """The citizen was asked; the clock waits."""

    why = forms.CharField(
        label=_("What do you wait for?"),
        max_length=200,
        help_text=_("Without names and numbers, for example: the date of the visit."),
    )


class ExtendForm(forms.Form):
    amount = forms.IntegerField(label=_("How much longer?"), min_value=1, max_value=90, initial=1)
    unit = forms.ChoiceField(
        label=_("of"),
        choices=[("hours", _("working hours")), ("working_days", _("working days"))],
        initial="working_days",
    )
    why = forms.CharField(label=_("Why?"), max_length=200, help_text=_("It stands in the case's record."))
    seen = forms.DateTimeField(widget=forms.HiddenInput, required=False)
    """The limit that the page showed: a form that is sent twice extends it once."""

    @property
    def duration(self) -> Duration:
        """Only where the form is valid."""
        return Duration(self.cleaned_data["amount"], self.cleaned_data["unit"])
