"""Asking, twice, before something irreversible."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class EraseForm(forms.Form):
    """Who asks, why; then once more, with the case's number typed by hand."""

    asked_by = forms.CharField(
        label=_("Who asks for it"),
        max_length=150,
        help_text=_("In what capacity and how, without a name: “the author, by telephone”. It stays in the records."),
    )
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("For example: withdrew their consent. Without personal data.")
    )
    number = forms.CharField(label=_("Type the case's number to confirm"), max_length=20, required=False)

    def __init__(self, *args: Any, number: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case_number = number

    @property
    def is_sure(self) -> bool:
        """The second time: the number was asked for, and is right."""
        return "sure" in self.data and self.is_valid()

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"].strip()
        if "sure" in self.data and typed != self.case_number:
            raise ValidationError(gettext("This is not this case's number."))
        return typed
