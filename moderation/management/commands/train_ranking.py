"""`python manage.py train_ranking FILE...`: make the weights of `moderation/sentiment/ranking.json` anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from moderation.sentiment import ranking
from moderation.sentiment.lexicon import default_lexicon
from moderation.sentiment.reading import read

WEIGHTS = Path(ranking.__file__).with_suffix(".json")


class Command(BaseCommand):
    help = 'Trains on JSON lines {"text", "label"} (docs/decisions/0005-judgement.md names the files). Always the same.'
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--to", type=Path, default=WEIGHTS, help="where the weights go")

    def handle(self, *args: object, **options: Any) -> None:
        texts, labels = rows_of(options["files"])
        options["to"].write_text(trained(texts, labels), "utf-8")
        self.stdout.write(f"{len(texts)} messages, {options['to'].stat().st_size} bytes")


def trained(texts: list[str], labels: list[str]) -> str:
    lexicon = default_lexicon()
    weights = ranking.train([read(text, lexicon) for text in texts], labels)
    return ranking.dump(weights, ranking.digest(texts, labels))


def rows_of(files: list[Path]) -> tuple[list[str], list[str]]:
    """Texts and labels, in order. CommandError names the line that cannot be used."""
    texts: list[str] = []
    labels: list[str] = []
    for file in files:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
                texts.append(str(row["text"]))
                labels.append(ranking.ORDER[ranking.ORDER.index(row["label"])])
            except (ValueError, KeyError, TypeError) as problem:
                raise CommandError(f"{file}, line {number}: {problem!r}") from problem
    return texts, labels
