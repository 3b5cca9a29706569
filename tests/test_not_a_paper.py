"""Documents that are no papers are read without inventing authors or references."""

import pytest
from pdf_files import pdf, stream

from sciassist import read_document

SENTENCE = "The river rises in spring, and the banks are under water until the first dry weeks of the summer."
ENTRIES = (
    "[1] A. Smith and M. Lin, Full stops of rivers, J. Punct. 12 (2001) 123-128.",
    "[2] J. Perez, On commas in wet seasons, J. Punct. 13 (2002) 12-19.",
    "[3] C. Berg, Rain on printed matter, Proc. Weather 4 (2005) 55-61.",
)


def sheet(*texts: tuple[float, float, float, str]) -> bytes:
    """A page with texts at places: left edge, height above the lower edge, size, and the text."""
    shown = "".join(f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n" for x, y, size, text in texts)
    return stream(shown.encode())


def rows(x: float, y: float, size: float, *texts: str) -> list[tuple[float, float, float, str]]:
    """Texts one below the other."""
    return [(x, y - 1.3 * size * k, size, text) for k, text in enumerate(texts)]


def read(*sheets: bytes):
    return read_document(pdf(list(sheets)))


def names(doc) -> list[str]:
    return [author.name for author in doc.authors]


def table(*cells: tuple[str, ...]) -> list[tuple[float, float, float, str]]:
    """A table with a row for each tuple."""
    return [(72 + 110 * c, 560 - 16 * r, 10, text) for r, row in enumerate(cells) for c, text in enumerate(row)]


INVOICE = sheet(
    (72, 780, 18, "Invoice 2019-0042"),
    *rows(
        72,
        750,
        10,
        "River Supplies Ltd, 12 Main Street, Ulm",
        "To: Anna Berg, Lake Road 3, Lima",
        "Date: 12 March 2019",
    ),
    *table(
        ("Reference", "Article", "Quantity", "Price"),
        ("RS-2017", "Boots, A. Smith", "2", "40.00"),
        ("RS-2018", "Nets, M. Lin", "12", "19.50"),
        ("RS-2019", "Ropes, C. Berg", "1", "7.25"),
        ("RS-2020", "Lamps, J. Perez", "3", "81.00"),
    ),
    (72, 420, 10, "Total 147.75. Please quote the reference with your payment."),
)
FORM = sheet(
    (72, 780, 16, "Application for a Fishing Permit"),
    *rows(
        72,
        740,
        11,
        "Family name ..............",
        "Given name ..............",
        "Date of birth ..............",
        "Reference of your last permit (if any) ..............",
    ),
    *rows(
        72,
        600,
        9,
        "Please return the form to the Department of Waters, Ulm, before 31 March 2020.",
        "1. Fees are due on application.",
        "2. Permits are valid for one year, 2020 or 2021.",
        "3. References are asked for in doubt.",
    ),
)
SLIDES = (
    sheet((72, 600, 32, "Rivers in Spring"), (72, 540, 18, "Anna Berg"), (72, 510, 14, "Institute of Waters, Ulm")),
    sheet((72, 700, 28, "Why rivers rise"), *rows(90, 640, 20, "- Snow melts", "- Rain falls", "- Banks give way")),
    sheet((72, 700, 28, "References"), *rows(90, 640, 12, *ENTRIES)),
)
LETTER = sheet(
    *rows(72, 780, 11, "Dear colleagues,", *[SENTENCE] * 6, "With kind regards"),
    (72, 600, 11, "References"),
    *rows(72, 580, 10, *ENTRIES),
)
POSTER = sheet(
    (72, 790, 26, "Rivers in Spring: A Survey"),
    (72, 765, 13, "Anna Berg and Mei Lin"),
    (72, 748, 10, "Institute of Waters, Ulm"),
    *rows(60, 700, 9, "Methods", *["We measured a river by day."] * 20),
    *rows(240, 700, 9, "Results", *["It rose in the spring rain."] * 20),
    *rows(420, 700, 9, "Conclusions", *["Rivers rise in the spring."] * 20),
    (60, 200, 9, "References"),
    *rows(60, 186, 7, *ENTRIES),
)


def book(chapters: int) -> list[bytes]:
    """A title page, a table of contents, and chapters without a list of references."""
    cover = sheet((72, 600, 30, "The Book of Rivers"), (72, 540, 16, "Anna Berg"))
    listed = [f"{k} Chapter of the river {'.' * 30} {3 + k}" for k in range(1, chapters + 1)]
    contents = sheet((72, 780, 18, "Contents"), *rows(72, 740, 11, *listed))
    text = [rows(72, 740, 11, *[SENTENCE] * 40) for _ in range(chapters)]
    return [cover, contents, *(sheet((72, 780, 18, f"{k} Chapter"), *t) for k, t in enumerate(text, 1))]


@pytest.mark.parametrize("made", [(INVOICE,), (FORM,)], ids=["invoice", "form"])
def test_a_table_or_form_that_asks_for_a_reference_has_none(made):
    assert read(*made).references == []


def test_no_one_is_the_author_of_a_form():
    assert names(read(FORM)) == []


def test_a_letter_is_not_by_those_whom_it_cites():
    doc = read(LETTER)
    assert names(doc) == []
    assert [r.label for r in doc.references] == ["1", "2", "3"]


def test_slides_are_by_who_gives_them():
    doc = read(*SLIDES)
    assert set(names(doc)) <= {"Anna Berg"}
    assert [r.label for r in doc.references] == ["1", "2", "3"]


def test_a_poster_is_by_those_below_its_title():
    doc = read(POSTER)
    assert names(doc) == ["Anna Berg", "Mei Lin"]
    assert len(doc.references) in (0, 3)


def test_a_book_has_no_references_that_are_not_there():
    doc = read(*book(20))
    assert doc.references == []
    assert set(names(doc)) <= {"Anna Berg"}
