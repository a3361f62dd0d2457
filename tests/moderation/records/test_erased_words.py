"""A citizen's names and words are found in what others wrote, and nothing else is."""

from types import SimpleNamespace

import pytest

from moderation.records.erased_words import COVER, Said, said_by


def of(text: str, name: str = "Siti Aminah", handle: str = "siti.aminah_77") -> Said:
    return said_by([SimpleNamespace(author_name=name, author_handle=handle, text=text)])


@pytest.mark.parametrize(
    ("ours", "covered"),
    [
        ("Yth. Ibu SITI, mohon maaf", f"Yth. Ibu {COVER}, mohon maaf"),
        ("Siti Aminah menulis", f"{COVER} menulis"),
        ("katanya “antre LIMA jam,\ntidak dilayani” di loket", f"katanya “{COVER}” di loket"),
        ("Ia antre lima jam tidak dilayani", f"Ia {COVER}"),
        ("antre lima jam itu lama", "antre lima jam itu lama"),  # three words are everybody's
        ("tidak dilayani? antre lima jam", "tidak dilayani? antre lima jam"),
        ("Situs kami buka lagi", "Situs kami buka lagi"),
        ("", ""),
    ],
)
def test_names_and_quotations(ours: str, covered: str) -> None:
    assert of("Antre lima jam, tidak dilayani").covered_in(ours) == covered


def test_of_a_short_message_the_whole_is_a_quotation_and_one_word_is_none() -> None:
    assert of("Tolong dibalas!").covered_in("Katanya: tolong dibalas, ya") == f"Katanya: {COVER}, ya"
    assert of("Lama").covered_in("Lama sekali") == "Lama sekali"


def test_short_parts_of_a_name_stay() -> None:
    assert of("", "Bu M. Dewi", "bu").covered_in("Bu M datang, bu Dewi tidak") == f"Bu M datang, bu {COVER} tidak"


def test_what_stood_in_a_message_before_counts_too() -> None:
    row = SimpleNamespace(author_name="", author_handle="", text="sudah beres")
    said = said_by([row], ["petugas loket dua membentak saya"])
    assert said.covered_in("Katanya petugas loket dua membentak.") == f"Katanya {COVER}."
