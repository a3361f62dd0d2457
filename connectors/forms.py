"""Forms for accounts: what a person types so that a platform lets us in. Secrets go in and are never shown again."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from connectors.models import Account
from offices.models import Office


class LoginFields(forms.Form):
    password = forms.CharField(
        label=_("Password of the account"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted on this machine and shown to nobody."),
    )
    code = forms.CharField(
        label=_("Two-factor code"),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text=_("Only if Instagram asks for one: the newest code from the authenticator app or the SMS."),
        validators=[RegexValidator(r"^[0-9 ]+$", _("Digits only."))],
    )

    def secrets(self) -> dict[str, Any]:
        found = {"password": self.cleaned_data["password"], "code": self.cleaned_data["code"].replace(" ", "")}
        return {name: value for name, value in found.items() if value}


class AccountForm(LoginFields):
    """Add an Instagram account of one's own office."""

    handle = forms.CharField(
        label=_("User name on Instagram"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("For example puskesmas_dinoyo, without the @."),
    )
    understood = forms.BooleanField(
        label=_("I have read this, and the head of the office agrees."),
        error_messages={"required": _("Please read the notes above and tick the box.")},
    )
    field_order = ["handle", "password", "code", "understood"]

    def clean_handle(self) -> str:
        handle: str = self.cleaned_data["handle"].strip().lstrip("@").lower()
        RegexValidator(r"^[a-z0-9._]+\Z", _("Only letters, digits, dots and underscores."))(handle)
        if Account.objects.filter(platform="instagram", handle__iexact=handle).exists():
            raise ValidationError(_("This account is connected already."))
        return handle

    def account(self, office: Office) -> Account:
        """The new account, stored; not checked yet."""
        return Account.objects.create(
            office=office, platform="instagram", handle=self.cleaned_data["handle"], secrets=self.secrets()
        )


class TryAgainForm(LoginFields):
    """Another try at a red account: with what we have, or with a new password or code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False
        self.fields["password"].help_text = _("Only if it has changed; empty keeps the one we have.")


class FoundForm(forms.Form):
    """ "It is there": where, if the person copied the link."""

    permalink = forms.URLField(label=_("Link to it (optional)"), required=False, max_length=300, assume_scheme="https")
