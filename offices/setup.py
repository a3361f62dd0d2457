"""The first office and the first officer of a fresh installation.

Whoever can read this machine's output gets the address of the set-up page from it: the token in it is made from
the installation's own secret key, so it needs no file of its own, and it opens nothing once an officer exists.
"""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.text import slugify

from offices.models import Event, Office, Officer


def is_fresh() -> bool:
    """Nobody can sign in yet."""
    return not Officer.objects.exists()


def setup_token() -> str:
    """What stands in the address of the set-up page."""
    return salted_hmac("offices.setup", settings.SECRET_KEY, algorithm="sha256").hexdigest()[:40]


def setup_address() -> str:
    """The whole address of the set-up page, for whoever starts the desk."""
    return settings.PUBLIC_URL + reverse("setup", args=[setup_token()])


def opens_setup(token: str) -> bool:
    return constant_time_compare(token, setup_token())


def free_slug(name: str) -> str:
    """The office's folder name, made from its name: short, and not another office's."""
    base = slugify(name)[:50].strip("-") or "kantor"
    taken = set(Office.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(slug for slug in candidates if slug not in taken)


@transaction.atomic
def set_up(office: Office, officer: Officer) -> bool:
    """Store both, if still nobody exists. The first officer may also use the plain admin."""
    if not is_fresh():
        return False
    office.slug = free_slug(office.name)
    office.save()
    officer.office = office
    officer.is_staff = officer.is_superuser = True
    officer.save()
    Event.write(office.id, "office.set_up", office, actor=officer)
    return True
