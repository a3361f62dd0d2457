"""Forms of canned texts and of decisions about drafts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from moderation.drafting.canned import VARIABLES, unknown_gaps
from moderation.drafting.models import CannedText
from moderation.thanks import unfit


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

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("purpose") == CannedText.Purpose.THANKS and (why := unfit(given.get("text", ""))):
            self.add_error("text", UNFIT[why] if why in UNFIT else gettext(_WORD) % {"word": why})
        return given


UNFIT = {
    "long": _("A thank-you has 240 letters at most, so that every platform takes it."),
    "gap": _("A thank-you has no other gaps than {nama} and {kantor}."),
    "thanks": _("It begins with thanks: “Terima kasih …”, “Matur nuwun …”, “Thank you …”."),
    "sentence": _("Thanks, and another sentence of four words at least (SOP-1 §7.1a)."),
}
_WORD = gettext_noop(
    "Without “%(word)s”: what the desk says by itself promises nothing, speaks of no illness and does not rejoice; "
    "the praise may have been meant the other way."
)


class ReturnForm(forms.Form):
    why = forms.CharField(label=_("What is to be changed"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
