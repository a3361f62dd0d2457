"""What is typed to be told somewhere."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from offices.models import Officer
from offices.outbox import wire
from offices.roles import Permission

WRONG = {
    "unknown": _("The desk cannot read this address. Look at the examples below."),
    "kind": _("The desk does not write to this kind of address."),
    "inside": _("This address is the desk's own machine: nobody would be told there."),
}


class ToldAtForm(forms.Form):
    address = forms.CharField(
        label=_("Address"),
        max_length=400,
        help_text=_(
            "For example sari@example.go.id, ntfy://your-topic, or tgram://token-of-the-bot/number-of-the-chat"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    urgent_only = forms.BooleanField(label=_("Only what is urgent"), required=False)
    whole_office = forms.BooleanField(
        label=_("Also what concerns the whole office (new cases, accounts)"), required=False, initial=True
    )
    for_office = forms.BooleanField(label=_("An address of the whole office, not mine"), required=False)

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not officer.may(Permission.OFFICE):
            del self.fields["for_office"]

    def clean_address(self) -> str:
        text = str(self.cleaned_data["address"]).strip()
        try:
            self.shown = wire.read(text)
        except wire.NoAddress as error:
            raise ValidationError(WRONG[error.args[0]]) from None
        if wire.is_mail(text) and not settings.EMAIL_READY:
            raise ValidationError(
                gettext("No mail leaves this desk: whoever runs it has to name a mail server (TANGGAP_EMAIL_HOST).")
            )
        return text
