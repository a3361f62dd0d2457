"""Forms of canned texts and of decisions about drafts."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moderation.drafting.canned import VARIABLES, unknown_gaps
from moderation.drafting.models import CannedText


class CannedTextForm(forms.ModelForm[CannedText]):
    class Meta:
        model = CannedText
        fields = ["name", "purpose", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "data-count": 900})}
        help_texts = {"text": _("Gaps that the desk fills: {nama}, {nomor}, {kanal}, {kantor}, {jam_layanan}")}

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()
        if wrong := unknown_gaps(text):
            raise ValidationError(
                gettext("The desk cannot fill %(wrong)s. Known are: %(known)s.")
                % {"wrong": ", ".join(wrong), "known": ", ".join(f"{{{name}}}" for name in VARIABLES)}
            )
        return text


class ReturnForm(forms.Form):
    why = forms.CharField(label=_("What is to be changed"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
