"""The table of letterheads."""

import base64

from django.db import models
from django.utils.translation import gettext_lazy as _

from offices.models import Office


class Letterhead(models.Model):
    """What stands on an office's printed papers. Everything may be empty: then the office's name stands alone."""

    office = models.OneToOneField(Office, models.CASCADE, related_name="letterhead")
    agency = models.TextField(
        _("lines above the office's name"),
        blank=True,
        max_length=300,
        help_text=_("One a line, for example PEMERINTAH KOTA MALANG and DINAS KESEHATAN"),
    )
    address = models.TextField(
        _("address"), blank=True, max_length=300, help_text=_("Street, telephone, website; at most three lines")
    )
    logo = models.FileField(_("logo"), upload_to="letterheads/", blank=True, help_text=_("PNG, JPG or WebP"))
    place = models.CharField(
        _("place"), max_length=60, blank=True, help_text=_("Before the date of the signature: Malang")
    )
    signer_title = models.CharField(
        _("who signs, by title"), max_length=120, blank=True, help_text=_("For example Kepala UPT Puskesmas Dinoyo")
    )
    signer_name = models.CharField(_("name of who signs"), max_length=120, blank=True)
    signer_nip = models.CharField(_("NIP"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("letterhead")
        verbose_name_plural = _("letterheads")

    def __str__(self) -> str:
        return str(self.office)

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.agency.splitlines() if line.strip()]

    @property
    def logo_data(self) -> str:
        """The logo inside the paper itself (it is printed without any network); empty where it cannot be read."""
        try:
            with self.logo.open("rb") as file:
                return "data:image/png;base64," + base64.b64encode(file.read()).decode()
        except (OSError, ValueError):
            return ""


def of(office: Office) -> Letterhead:
    """The office's own, else an empty one."""
    return Letterhead.objects.filter(office=office).first() or Letterhead(office=office)
