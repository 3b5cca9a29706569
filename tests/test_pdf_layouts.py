"""Small pages, each with one difficulty of layout."""

import pytest
from pdf_files import assemble, pdf, stream

from sciassist.documents.from_pdf import document_from_pages, read_pdf
from sciassist.documents.line_labels import label_lines
from sciassist.pages.pdf import read_pages

FONTS = (
    b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> "
    b"/F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >> >> >>"
)
WORDS = "the river is wide and flows through the valley between its banks until it comes to the sea".split()


def show(x, y, text, size=10, font="F1"):
    """A text at a place, `y` upwards."""
    shown = f"{text} TJ" if text.startswith("[") else f"({text}) Tj"
    return f"BT /{font} {size} Tf 1 0 0 1 {x} {y} Tm {shown} ET\n"


def page(*pieces):
    return stream("".join(pieces).encode("latin-1"))


def read(*pages):
    return read_pages(pdf([*pages], FONTS))


def prose(x, y, n, size=10, width=30, start=0):
    """Lines of words, each begun with its number in words so that the order can be told."""
    found, k = [], start
    for i in range(n):
        text = f"L{start + i}"
        while len(text) < width:
            text += " " + WORDS[k % len(WORDS)]
            k += 1
        found.append(show(x, y - 12 * i, text, size))
    return "".join(found)


def order(pages):
    return [line.text.split()[0] for line in label_lines(pages).lines]


def test_a_list_below_a_text_in_two_columns_is_read_last():
    works = ["Turing, A. M. (1950). Computing machinery. Mind 59.", "Shannon, C. E. (1948). Communication. Bell 27."]
    lists = [show(50, 520 - 10 * i, w, 8) for i, w in enumerate(works)]
    lists += [
        show(310, 540 - 10 * i, w.replace("Turing", "Knuth").replace("Shannon", "Hoare"), 8)
        for i, w in enumerate(works)
    ]
    text = prose(50, 780, 15, width=42) + prose(310, 780, 15, width=42, start=15)
    found = order(read(page(text, show(50, 540, "REFERENCES", 12, "F2"), *lists)))
    assert found == [*(f"L{i}" for i in range(30)), "REFERENCES", "Turing,", "Shannon,", "Knuth,", "Hoare,"]


def test_three_columns_are_read_one_after_the_other():
    text = "".join(prose(40 + 180 * c, 780, 25, 9, 36, start=25 * c) for c in range(3))
    assert order(read(page(text))) == [f"L{i}" for i in range(75)]


def test_a_line_over_both_columns_parts_what_is_above_from_what_is_below():
    upper = prose(50, 780, 12, width=42) + prose(310, 780, 12, width=42, start=12)
    lower = prose(50, 560, 12, width=42, start=25) + prose(310, 560, 12, width=42, start=37)
    across = show(50, 600, "L24 " + " ".join(WORDS + WORDS[:2]))
    assert order(read(page(upper, across, lower))) == [f"L{i}" for i in range(49)]


def test_text_printed_twice_is_read_once():
    twice = show(72, 700, "Datengrundlage und Methode", 12) + show(72.3, 700, "Datengrundlage und Methode", 12)
    assert [line.text for line in read(page(twice))[0].lines] == ["Datengrundlage und Methode"]


def test_gaps_of_tight_type_are_spaces():
    words = "[(Characterization) -150 (of) -150 (the) -150 (silver) -150 (coins)] "
    (line,) = read(page(show(72, 700, words.strip())))[0].lines
    assert line.text == "Characterization of the silver coins"


def test_numbers_of_lines_are_no_text():
    rows = "".join(
        show(72, 760 - 14 * i, str(i + 1), 8) + show(72 + 5 * len(str(i + 1)) + 3.5, 760 - 14 * i, "we walked along it")
        for i in range(30)
    )
    assert {line.text for line in read(page(rows))[0].lines} == {"we walked along it"}


@pytest.mark.parametrize("size", ["0", "0.0001"])
def test_type_without_a_size_is_no_error(size):
    doc = read_pdf(pdf([page(show(72, 700, "Nothing to see", size), prose(72, 600, 5))], FONTS))
    assert "L4" in doc.text


def test_pages_without_text_are_told():
    doc = document_from_pages(read(page(prose(72, 700, 5)), page(""), page("")))
    assert doc.warnings == ["nothing at all on pages 2–3: blank, or damaged"]


def test_control_codes_of_some_fonts_are_brackets():
    fonts = FONTS.replace(
        b"/BaseFont /Helvetica >>",
        b"/BaseFont /Helvetica /Encoding << /Type /Encoding /Differences [1 /odd1 /odd2] >> >>",
        1,
    )
    (line,) = read_pages(pdf([page(show(72, 700, "Turing \001" + "1950" + "\002 and more"))], fonts))[0].lines
    assert line.text == "Turing (1950) and more"


def numbered(*numbers, last="J. Punct. 12 (2001) 123-128."):
    """A paper that cites up to [9], with entries of these numbers."""
    text = prose(72, 700, 6) + show(72, 628, "as was seen [1, 2] and measured [8], again [9], and once more [7, 9].")
    entries = "".join(
        show(
            72,
            560 - 12 * i,
            f"{n}. A. Smith, Full stops, {'J. Punct. 11 (2000) 12-18.' if n != numbers[-1] else last}",
        )
        for i, n in enumerate(numbers)
    )
    heading = show(72, 590, "References", 12, "F2")
    return page(
        show(72, 760, "A Study of Commas", 18, "F2"), show(72, 720, "1 Introduction", 12, "F2"), text, heading, entries
    )


@pytest.mark.parametrize(
    "numbers, last, warning",
    [
        (range(1, 10), "J. Punct. 12 (2001) 123-128.", None),
        ((1, 2, 3, 4, 7, 8, 9), "J. Punct. 12 (2001) 123-128.", "the list of references has no entry 5–6"),
        (range(1, 6), "J. Punct. 12 (2001) 123-128.", "the text cites [9], but the list of references ends at 5"),
        (range(1, 10), "J. Punct. 12,", "the last reference breaks off: “…ith, Full stops, J. Punct. 12,”"),
    ],
)
def test_a_list_that_does_not_add_up_is_told(numbers, last, warning):
    doc = document_from_pages(read(numbered(*numbers, last=last)))
    assert [r.label for r in doc.references] == [str(n) for n in numbers]
    assert doc.warnings == ([warning] if warning else [])


def test_a_heading_of_references_without_entries_is_told():
    doc = document_from_pages(read(page(prose(72, 700, 12), show(72, 530, "Notes and references", 12, "F2"))))
    assert doc.warnings == ["no reference was found below the heading “Notes and references”"]


WITHOUT_NAMES = (  # A font whose glyph 42 is as wide as two letters and says no more of itself
    b"<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Body /FirstChar 42 /LastChar 122 /Widths [1070 "
    + b"500 " * 80
    + b"] /FontDescriptor << /Type /FontDescriptor /FontName /ABCDEF+Body /Flags 4 /FontBBox [0 -200 1100 800]"
    b" /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>"
    b" /Encoding << /Type /Encoding /Differences [42 /g12] >> >>"
)


@pytest.mark.parametrize("text, wanted", [("*e", "The"), ("e*e", "eThe"), ("*E", "*E")])
def test_a_wide_glyph_without_a_meaning_before_a_small_letter_is_th(text, wanted):
    fonts = b"<< /Font << /F1 %s >> >>" % WITHOUT_NAMES
    (line,) = read_pages(pdf([page(show(72, 700, text))], fonts))[0].lines
    assert line.text == wanted


def test_letters_of_formula_fonts_are_plain_ones():
    to_unicode = b"1 beginbfchar <2A> <D835DEFD> endbfchar"
    cmap = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
    content = page(show(72, 700, "the *cell function"))
    fonts = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 9 0 R >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s >>" % fonts,
        content,
        *[b"null"] * 4,
        stream(cmap + to_unicode + b" endcmap"),
    ]
    (line,) = read_pages(assemble(objects))[0].lines
    assert line.text == "the βcell function"
