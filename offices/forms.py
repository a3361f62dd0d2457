"""Forms for offices and their officers."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offices.models import Office, Officer, Pause


class OfficeForm(forms.ModelForm[Office]):
    class Meta:
        model = Office
        fields = [
            "name",
            "time_zone",
            "thanks",
            "questions",
            "late_after_minutes",
            "emergency_number",
            "emergency_text",
        ]
        widgets = {
            "thanks": forms.RadioSelect,
            "questions": forms.RadioSelect,
            "emergency_text": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.thanks != Office.Thanks.ON:  # earned, and switched on, where the figures are
            choices = [pair for pair in Office.Thanks.choices if pair[0] != Office.Thanks.ON]
            self.fields["thanks"].choices = choices  # type: ignore[attr-defined]


class PauseForm(forms.ModelForm[Pause]):
    """Hold all posts: why, until when, and for whom."""

    until = forms.DateTimeField(
        label=_("Until (empty: until somebody lifts it)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    everybody = forms.BooleanField(label=_("For every office on this desk"), required=False)

    class Meta:
        model = Pause
        fields = ["why", "until", "answers_too"]
        labels = {"why": _("Why?"), "answers_too": _("Hold answers and thank-yous, too")}

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer
        if not officer.is_superuser:
            del self.fields["everybody"]

    def clean_until(self) -> datetime | None:
        until: datetime | None = self.cleaned_data["until"]
        if until is not None and until <= timezone.now():
            raise ValidationError(_("This time is past already."))
        return until

    def pause(self) -> Pause:
        """Not stored yet."""
        pause = self.save(commit=False)
        pause.office = None if self.cleaned_data.get("everybody") else self.officer.office
        return pause


class FirstOfficeForm(forms.ModelForm[Office]):
    """What the wizard asks about the office; its folder name is made from the name."""

    class Meta:
        model = Office
        fields = ["name", "kind", "time_zone"]
        labels = {"name": _("Name of the office")}
        help_texts = {"name": _("As citizens know it, for example “Puskesmas Dinoyo”.")}
        widgets = {"kind": forms.RadioSelect}


class PasswordFields(forms.ModelForm[Officer]):
    """A password that Django's validators accept, hashed on save."""

    password_needed = True

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters; a short sentence is easy to remember."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = self.password_needed

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        password = cleaned.get("password")
        if password:
            try:
                validate_password(password, Officer(username=cleaned.get("username", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def _post_clean(self) -> None:
        # construct_instance would write the plain password over the kept hash: both are put right here, at once.
        kept = self.instance.password
        super()._post_clean()  # type: ignore[misc]
        self.instance.password = kept
        if self.cleaned_data.get("password") and not self.errors:
            self.instance.set_password(self.cleaned_data["password"])


class FirstOfficerForm(PasswordFields):
    class Meta:
        model = Officer
        fields = ["first_name", "username", "password"]
        labels = {"first_name": _("Your name"), "username": _("User name")}
        help_texts = {"username": _("What you sign in with: letters and digits, no spaces.")}


class OfficerForm(PasswordFields):
    """An officer of one's own office."""

    class Meta:
        model = Officer
        fields = ["first_name", "last_name", "username", "role", "unit", "phone", "email", "is_active", "password"]
        labels = {"username": _("User name"), "is_active": _("May sign in")}
        help_texts = {
            "username": _("What they sign in with: letters and digits, no spaces."),
            "is_active": _("Take the tick away when somebody leaves; what they did stays in the records."),
            "phone": _("With country code, for example 6281234567890."),
        }

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        self.password_needed = kwargs.get("instance") is None
        super().__init__(*args, **kwargs)
        self.instance.office = office
        units: Any = self.fields["unit"]
        units.queryset, units.empty_label = office.units.all(), _("no unit")
        if not self.password_needed:
            self.fields["password"].help_text = _("Only to give a new one; empty keeps the old.")
