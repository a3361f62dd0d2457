"""Plain text becomes WordPress's HTML, and what comes back reads as it was written."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.website.markup import Picture, content_of, plain, same, slug_of, title_and_body
from connectors.website.site import home_of, root_named_by, same_site
from tests.connectors.website.pages import page

NONCE = UUID("0123456789abcdef0123456789abcdef")


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("", "Posyandu besok\n\nBawa buku KIA.", ("Posyandu besok", "Bawa buku KIA.")),
        ("", "Posyandu besok", ("Posyandu besok", "Posyandu besok")),
        ("Jadwal", "Posyandu besok\nBawa buku", ("Jadwal", "Posyandu besok\nBawa buku")),
        ("  ", "\n\nHalo\nisi", ("Halo", "isi")),
        ("", "kata " * 40, (("kata " * 20).strip() + " …", ("kata " * 40).strip())),
        ("", "", ("", "")),
    ],
)
def test_the_title_is_the_first_line_and_not_said_twice(title: str, text: str, expected: tuple[str, str]) -> None:
    assert title_and_body(title, text) == expected


@pytest.mark.parametrize(
    ("title", "words"),
    [("Jadwal Imunisasi: Rabu, 3/12!", "jadwal-imunisasi-rabu-3-12"), ("Café", "cafe"), ("😀", "kiriman")],
)
def test_a_slug_is_readable_and_the_items_own(title: str, words: str) -> None:
    assert slug_of(title, NONCE) == f"{words}-0123456789abcdef"


def test_text_becomes_paragraphs_escaped_and_clickable() -> None:
    text = "a < b & [gallery]\nbaris dua\n\nLihat https://x.example/?a=1&b=2."
    assert content_of(text, []) == (
        "<!-- wp:paragraph -->\n<p>a &lt; b &amp; &#91;gallery&#93;<br>\nbaris dua</p>\n<!-- /wp:paragraph -->\n\n"
        '<!-- wp:paragraph -->\n<p>Lihat <a href="https://x.example/?a=1&amp;b=2">https://x.example/?a=1&amp;b=2</a>.</p>'
        "\n<!-- /wp:paragraph -->"
    )


def test_pictures_stand_first_with_their_alt_texts() -> None:
    made = content_of("Isi", [Picture(7, "https://x.example/a.jpg", '"dua" <ibu>')])
    assert '<img src="https://x.example/a.jpg" alt="&quot;dua&quot; &lt;ibu&gt;" class="wp-image-7"/>' in made
    assert made.index("<img") < made.index("Isi")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n")))
def test_what_is_written_is_read_back(text: str) -> None:
    """Whatever a person types: no letter of it becomes markup, none is lost."""
    assert same(plain(content_of(text, [])), text)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Jam berapa? a &lt; b</p>\n<p>baris dua</p>\n", "Jam berapa? a < b\n\nbaris dua"),
        ("satu<br />\ndua", "satu\ndua"),
        ('obat murah <a href="http://spam.example/x">di sini</a>', "obat murah di sini (http://spam.example/x)"),
        ('<a href="https://x.example/" rel="nofollow">https://x.example</a>', "https://x.example"),
        ("<script>alert(1)</script><b>tebal</b>", "tebal"),
        ("baris satu\nbaris dua", "baris satu\nbaris dua"),
        ("", ""),
    ],
)
def test_markup_reads_as_its_reader_sees_it(markup: str, text: str) -> None:
    assert plain(markup) == text


@pytest.mark.parametrize(
    ("handle", "home"),
    [
        ("puskesmas.example.go.id", "https://puskesmas.example.go.id/"),
        ("http://dinkes.example.go.id/puskesmas/", "https://dinkes.example.go.id/puskesmas/"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080/"),
        ("localhost.example.id", "https://localhost.example.id/"),
    ],
)
def test_a_password_travels_by_https_except_on_this_machine(handle: str, home: str) -> None:
    assert home_of(handle) == home


HOME = "https://dinkes.example.go.id/puskesmas/"


@pytest.mark.parametrize(
    ("headers", "body", "root"),
    [
        ({"Link": f'<{HOME}wp-json/>; rel="https://api.w.org/"'}, "", f"{HOME}wp-json/"),
        ({"Link": f'<{HOME}index.php?rest_route=/>; rel="https://api.w.org/"'}, "", f"{HOME}index.php?rest_route=/"),
        ({"Link": '<http://dinkes.example.go.id/puskesmas/wp-json/>; rel="https://api.w.org/"'}, "", f"{HOME}wp-json/"),
        ({}, f"<link rel='https://api.w.org/' href='{HOME}?rest_route=/&amp;a=1' />", f"{HOME}?rest_route=/&a=1"),
        ({}, "<html></html>", ""),
    ],
)
def test_the_interface_is_where_the_site_says(headers: dict[str, str], body: str, root: str) -> None:
    assert root_named_by(page(body, headers), HOME) == root


def test_a_password_stays_with_its_site() -> None:
    assert same_site("https://www.x.example/wp-json/", "https://x.example/")
    assert not same_site("https://x.example.evil.test/wp-json/", "https://x.example/")
    assert not same_site("http://x.example/wp-json/", "https://x.example/")
