"""The letterhead as an office fills it in."""

import io
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from offices.letterhead.models import Letterhead

LOGO_BYTES_MAX = 5 * 1024 * 1024
LOGO_PIXELS_MAX = 25_000_000
LOGO_SIDE = 480
"""Pixels: 26 mm on paper at more than 300 dots an inch."""


class LetterheadForm(forms.ModelForm[Letterhead]):
    without_logo = forms.BooleanField(label=_("Take the logo away"), required=False)

    class Meta:
        model = Letterhead
        fields = ["agency", "address", "logo", "without_logo", "place", "signer_title", "signer_name", "signer_nip"]
        widgets = {
            "agency": forms.Textarea(attrs={"rows": 2}),
            "address": forms.Textarea(attrs={"rows": 3}),
            "logo": forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        }

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        if not self.instance.logo:
            del self.fields["without_logo"]

    def clean(self) -> dict[str, Any]:
        """A new picture is kept, whatever is ticked beside it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("without_logo") and "logo" not in self.files:
            cleaned["logo"] = ""
        return cleaned

    def clean_logo(self) -> Any:
        """Really a picture; kept small, as a PNG of our own making under a name of our own."""
        file = self.cleaned_data["logo"]
        return small(file) if isinstance(file, UploadedFile) else file


def small(file: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    if (file.size or 0) > LOGO_BYTES_MAX:
        raise ValidationError(gettext("This picture is bigger than 5 MB."))
    try:
        with Image.open(io.BytesIO(file.read()), formats=["PNG", "JPEG", "WEBP"]) as image:
            if image.width * image.height > LOGO_PIXELS_MAX:
                raise ValidationError(gettext("This picture has too many pixels; take a smaller one."))
            image.thumbnail((LOGO_SIDE, LOGO_SIDE))
            made = io.BytesIO()
            image.convert("RGBA").save(made, "PNG")
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ValidationError(gettext("This is not a picture that can be read. Choose a PNG, JPG or WebP.")) from None
    return ContentFile(made.getvalue(), f"{uuid.uuid4().hex}.png")
