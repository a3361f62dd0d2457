"""Forms for accounts: what a person types so that a platform lets us in. Secrets go in and are never shown again."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from connectors.base import Connector
from connectors.explain import ALLOWED
from connectors.guide import Field, Words
from connectors.models import Account, connector_class
from offices.models import Office

SECRET_MAX = 4000


def spoken(words: Words) -> str:
    """In the language of whoever reads."""
    return words[1 if (get_language() or "").startswith("en") else 0]


class LoginForm(forms.Form):
    """One field for each that the connector names. With `kept` secrets, what is left empty stays as it is."""

    def __init__(self, *args: Any, connector: type[Connector], kept: dict[str, Any] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.connector, self.kept = connector, kept or {}
        for one in connector.fields:
            self.fields[one.name] = self.field_for(one)

    def field_for(self, one: Field) -> forms.CharField:
        known = bool(self.kept.get(one.name)) and not one.once
        attrs = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        if one.once:
            attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}
        secret = one.secret and not one.once
        help_text = spoken(one.help)
        return forms.CharField(
            label=spoken(one.label),
            help_text=_("Only if it has changed; empty keeps the one we have.") if known and secret else help_text,
            required=one.required and not known,
            strip=one.name != "password",
            max_length=SECRET_MAX,
            widget=forms.PasswordInput(attrs=attrs) if secret else forms.TextInput(attrs=attrs),
            initial="" if secret or one.once else self.kept.get(one.name, ""),
            validators=[RegexValidator(r"^[0-9 ]+$", _("Digits only."))] if one.once else [],
        )

    def secrets(self) -> dict[str, Any]:
        """All of them: what was typed, else what we have; codes that are good for once are never kept."""
        found: dict[str, Any] = {}
        for one in self.connector.fields:
            typed = self.cleaned_data[one.name]
            typed = typed.replace(" ", "") if one.once else typed
            found[one.name] = typed or ("" if one.once else self.kept.get(one.name, ""))
        return {name: value for name, value in found.items() if value}


class ConnectForm(LoginForm):
    """A new account of one's own office, on one platform; or one that was disconnected (`known`), in use again."""

    understood = forms.BooleanField(
        label=_("I have read this, and the head of the office agrees."),
        error_messages={"required": _("Please read the notes above and tick the box.")},
    )

    def __init__(self, *args: Any, platform: str, office: Office, **more: Any) -> None:
        self.platform, self.office = platform, office
        self.known: Account | None = None
        connector = connector_class(platform)
        super().__init__(*args, connector=connector, **more)
        guide = connector.guide
        assert guide is not None
        self.pattern = guide.handle_pattern
        self.fields["handle"] = forms.CharField(
            label=spoken(guide.handle),
            help_text=spoken(guide.handle_help),
            max_length=100,
            widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        )
        if connector.capability.official:
            del self.fields["understood"]
        self.order_fields(["handle", *(one.name for one in connector.fields), "understood"])

    def clean_handle(self) -> str:
        handle: str = self.cleaned_data["handle"].strip().lower()
        handle = handle.removeprefix("https://").removeprefix("http://").strip("@+/")
        RegexValidator(rf"^(?:{self.pattern})\Z", _("This cannot be right: see the example below the field."))(handle)
        self.known = Account.objects.filter(platform=self.platform, handle__iexact=handle).first()
        if self.known and self.known.state != Account.State.OFF:
            raise ValidationError(_("This account is connected already."))
        if self.known and self.known.office_id != self.office.pk:
            raise ValidationError(_("This was another office's account: ask whoever set the desk up."))
        return handle


OF_ALL = _("Google counts it for all accounts of the project together: it is saved for each that you look after.")


class QuotaForm(forms.Form):
    """How much this account may do within a time, where it is not what the settings or the platform say."""

    def __init__(self, *args: Any, account: Account, **more: Any) -> None:
        super().__init__(*args, **more)
        usual = settings.QUOTAS.get(account.platform, {})
        for name in connector_class(account.platform).counted:
            count = usual.get(name) or (account.capability.posts_a_day if name == "posts_a_day" else None)
            usual_words = _("Empty: what the platform usually allows (%(count)d).") % {"count": count} if count else ""
            words = str(usual_words or _("Empty: no number is known."))
            shared = f" {OF_ALL}" if account.project else ""
            self.fields[name] = forms.IntegerField(
                label=str(ALLOWED[name]),
                help_text=words + shared,
                initial=account.quotas.get(name),
                required=False,
                min_value=1,
                max_value=10_000_000,
                widget=forms.NumberInput(),
            )


class FoundForm(forms.Form):
    """ "It is there": where, if the person copied the link."""

    permalink = forms.URLField(label=_("Link to it (optional)"), required=False, max_length=300, assume_scheme="https")
