"""`docs/roles.md`: what each role may do, made of the table in `offices/roles.py`."""

from collections.abc import Iterator

from django.utils.translation import override

from offices.roles import BELOW_TOO, MAY, SHARED, Permission, Role

Words = tuple[str, str]
LANGUAGES = ("id", "en")
HEAD: Words = (
    """# Peran: siapa boleh melakukan apa

*(English below.)*

Halaman ini dibuat dari tabel di `offices/roles.py` dengan `python manage.py roles_page`; sebuah tes menjaganya tetap
benar, dan tes lain mencoba tiap alamat × peran × kantor. Pemegang semua hak (superuser) boleh semuanya.

“↓”: petugas dinas kesehatan boleh melakukannya juga untuk puskesmas di bawahnya; selebihnya hanya di kantor sendiri,
sampai kasusnya diserahkan. “⇄”: untuk kasus yang diserahkan, kedua kantor boleh; selebihnya hanya kantor yang kini
menanganinya.
""",
    """# Roles: who may do what

This page is made of the table in `offices/roles.py` by `python manage.py roles_page`; a test keeps it true, and another
tries every address × role × office. Who has all rights (superuser) may do everything.

“↓”: officers of a city health office may do it for the centres below it, too; everything else in their own office
alone, until a case is handed over. “⇄”: for a case that was handed over, both offices may; everything else only the
office that works on it now.
""",
)
WHAT: Words = ("Boleh", "May")


def page() -> str:
    """The whole document, Indonesian first."""
    return "\n---\n\n".join("\n".join(_in(language)) for language in (0, 1))


def _in(language: int) -> Iterator[str]:
    with override(LANGUAGES[language]):
        yield HEAD[language]
        yield f"| {WHAT[language]} | {' | '.join(str(role.label) for role in Role)} | ↓ | ⇄ |"
        yield "|---|" + ":-:|" * (len(Role) + 2)
        for one in Permission:
            marks = [one in MAY[role] for role in Role] + [one in BELOW_TOO, one in SHARED]
            yield f"| {one.label} (`{one}`) | {' | '.join('✓' if mark else '–' for mark in marks)} |"
        yield ""
