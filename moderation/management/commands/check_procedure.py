"""`python manage.py check_procedure FILE`: is this file a procedure? Each mistake with its line; no database needed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from moderation.procedure import Refused, Rules, read
from moderation.steps.words import limit_words, role_words


class Command(BaseCommand):
    help = "Checks a procedure's file (TOML) and shows its stages; a wrong file is refused with line and reason."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: object, file: Path, **options: Any) -> None:
        language = get_language() or "id"
        try:
            rules = read(file.read_text("utf-8"))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise CommandError(f"{file}: UTF-8? ({error.reason}, byte {error.start})") from None
        except Refused as refused:
            lines = [f"{file}:{one.line}: {one.words(language)}" for one in refused.problems]
            raise CommandError("\n".join(lines)) from None
        self.show(rules, language)

    def show(self, rules: Rules, language: str) -> None:
        self.stdout.write(f"{rules.document.number} · {rules.document.title.in_language(language)}")
        for number, stage in enumerate(rules.stages, start=1):
            who, limit = role_words(stage.role), limit_words(stage.limit)
            self.stdout.write(f"  {number}. {stage.name.in_language(language)} · {who} · {limit}")
