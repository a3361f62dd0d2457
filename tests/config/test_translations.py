"""No string is untranslated: what code and templates say in English is all there in Indonesian."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "config" / "locale" / "id" / "LC_MESSAGES" / "django.po"
ROOMS = ["config", "offices", "connectors", "scheduler", "moderation"]
FIELD = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def extracted(target: Path) -> set[tuple[str | None, str]]:
    """Context and text of every string that `makemessages` finds now, in a copy of the sources."""
    for room in ROOMS:
        ignored = shutil.ignore_patterns("locale", "migrations", "__pycache__", "static", "lexicon")
        shutil.copytree(ROOT / room, target / room, ignore=ignored)
    (target / "locale").mkdir()
    command = (
        "from django.core.management import execute_from_command_line as run; run(['', 'makemessages', '-l', 'id'])"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": ""}
    subprocess.run([sys.executable, "-c", command], cwd=target, env=environment, check=True, capture_output=True)
    with (target / "locale" / "id" / "LC_MESSAGES" / "django.po").open("rb") as stream:
        catalogue = read_po(stream)
    return {(one.context, ids_of(one.id)[0]) for one in catalogue if one.id}


def ids_of(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or [""])


def test_every_string_has_an_indonesian_translation(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("xgettext is missing on CI: install gettext")
        pytest.skip("xgettext is not installed; to get it: apt-get install gettext")
    with CATALOGUE.open("rb") as stream:
        kept = {(one.context, ids_of(one.id)[0]) for one in read_po(stream) if one.id and ids_of(one.string)[0]}
    missing = extracted(tmp_path) - kept
    assert not missing, f"run `manage.py makemessages -l id` and translate: {sorted(text for _, text in missing)}"


def test_no_translation_is_a_guess_or_loses_a_gap() -> None:
    with CATALOGUE.open("rb") as stream:
        for one in read_po(stream):
            if one.id:
                assert not one.fuzzy, one.id
                said = ids_of(one.string)[0]
                assert set(FIELD.findall(said)) == set(FIELD.findall(ids_of(one.id)[-1])), one.id
