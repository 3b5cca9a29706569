"""Figures and tables of small pages, each with one difficulty."""

import pytest
from lxml import etree
from pdf_files import pdf
from test_pdf_layouts import FONTS, page, prose, show

from sciassist.documents.document import Document
from sciassist.documents.floats import Float, find_floats, find_label, first_sentence, give_content
from sciassist.documents.from_pdf import read_pdf
from sciassist.pages.line_roles import LineRole
from sciassist.pages.page_layout import Typography
from sciassist.pages.pdf import Line

SERIF = Typography(10.0, "Serif", 12.0, 240.0)


def line(text, y, role=LineRole.CAPTION, number=1, x0=50.0, size=9.0, font="Sans", **more):
    return Line(text, number, x0, y - size, x0 + 4.5 * len(text), y + 2, y, size, font, role=role, **more)


def found(*lines):
    return [(f.kind, f.label, f.text) for f in find_floats(lines, SERIF)]


def read(*pages):
    return read_pdf(pdf([*pages], FONTS), roles=None)


def cells(x, y, rows):
    return "".join(show(x + 60 * k, y - 10 * i, c, 7) for i, row in enumerate(rows) for k, c in enumerate(row))


TABLE = cells(60, 470, [["River", "Depth"], ["Rhine", "2.5"], ["Ruhr", "1.5"]])


def test_captions_above_and_below_leave_the_text():
    doc = read(
        page(
            prose(50, 780, 20, width=90),
            show(50, 490, "Table 1. Depths of rivers.", 8),
            TABLE,
            show(60, 400, "a drawing", 6),
            show(50, 380, "Figure 1: Banks of the Rhine. Left: in spring.", 8),
            prose(50, 340, 18, width=90, start=20),
        )
    )
    assert [(f.id, f.label, f.title, f.caption) for f in doc.figures] == [
        ("fig_0", "Figure 1", "Banks of the Rhine.", "Banks of the Rhine. Left: in spring.")
    ]
    assert [(t.id, t.label, t.caption, t.page) for t in doc.tables] == [("tab_0", "Table 1", "Depths of rivers.", 1)]
    running = " ".join(s.text for s in doc.sections)
    assert "Depths" not in running and "Rhine" not in running and "L20" in running
    [box] = doc.figures[0].boxes
    assert 450 < box.y0 < box.y1 < 470 and box.x0 == pytest.approx(50, abs=2)
    assert doc.text[doc.figures[0].start : doc.figures[0].end] == doc.figures[0].caption


def test_a_sentence_that_begins_with_a_label_stays_in_the_text():
    doc = read(
        page(
            prose(50, 780, 20, width=90),
            show(50, 540, "Table 1 lists the depths of rivers and of their banks, which are wide and flow", 10),
            prose(50, 528, 10, width=90, start=20),
            show(50, 380, "Table 1. Depths of rivers.", 8),
        )
    )
    assert [t.caption for t in doc.tables] == ["Depths of rivers."]
    assert "Table 1 lists the depths" in " ".join(s.text for s in doc.sections)


def test_a_table_over_four_pages_is_one():
    head = [line("Table 1. Rivers.", 50)]
    rows = [line(f"Rhine {p}", 70, LineRole.TABLE, p) for p in (1, 2, 3, 4)]
    again = {p: [line("Table 1 (continued)", 50, number=p)] for p in (2, 3)}
    lines = [*head, rows[0], *again[2], rows[1], *again[3], rows[2], rows[3]]
    [table] = find_floats(lines, SERIF)
    assert (table.text, table.content) == ("Rivers.", rows)


def test_a_page_without_caption_goes_to_the_table_before_only_if_that_went_on():
    table = Float("table", "Table 1", 9, [line("Table 1. Rivers.", 50)])
    far = line("Rhine", 70, LineRole.TABLE, 3)
    give_content([table], [*table.caption, far])
    assert table.content == []


def test_a_figure_that_is_the_whole_page():
    lines = [line(w, 60 * i, LineRole.FIGURE) for i, w in enumerate("Rhine Ruhr Elbe".split(), 1)]
    assert found(*lines) == []
    assert found(*lines, line("Figure 7. Rivers.", 50, number=2)) == [("figure", "Figure 7", "Rivers.")]


def test_a_caption_over_two_columns():
    left = [line("Figure 1. Banks of the", 600), line("rivers, as seen from", 611)]
    right = [line("the north in spring.", 600, x0=300.0)]
    assert found(*left, *right) == [("figure", "Figure 1", "Banks of the rivers, as seen from the north in spring.")]


def test_a_caption_in_two_columns_below_a_wide_figure():
    left = [
        "FIGURE 1 | Banks. The river is wide and flows through the",
        "valley between its banks until it comes to the sea",
    ]
    right = ["and ends there. Arrows show where the ferry goes in the", "year of the flood."]
    columns = [show(x, 540 - 10 * i, t, 8) for x, half in ((50, left), (310, right)) for i, t in enumerate(half)]
    body = prose(50, 490, 30, width=42) + prose(310, 490, 30, width=42, start=30)
    doc = read(page(picture(50, 560, 510, 200), *columns, body))
    assert [f.caption for f in doc.figures] == [
        "Banks. The river is wide and flows through the valley between its banks until it comes to the sea and ends "
        "there. Arrows show where the ferry goes in the year of the flood."
    ]
    assert "Arrows" not in " ".join(s.text for s in doc.sections)


def test_a_figure_and_its_caption_on_two_pages():
    doc = read(
        page(show(50, 800, "Of Rivers", 16, "F2"), prose(50, 740, 30, width=90)),
        page(picture(50, 60, 510, 740), show(50, 48, "Fig. 1 \\(See legend on next page.\\)", 8)),
        page(
            show(50, 770, "\\(See figure on previous page.\\)", 8),
            show(50, 758, "Fig. 1", 8, "F2") + show(76, 758, "Rivers of the valley. The banks are grey.", 8),
            prose(50, 740, 30, width=90),
        ),
    )
    assert [(f.label, f.caption) for f in doc.figures] == [("Fig. 1", "Rivers of the valley. The banks are grey.")]
    assert "page" not in " ".join(s.text for s in doc.sections)


def test_a_line_of_a_caption_in_two_fonts():
    title = line("Figure 4. Banks of the Rhine (without", 100, size=10.0, bold=True)
    rest = line("ice).", 111, LineRole.BODY)
    legend = line("The water is grey and the ferry", 111, LineRole.BODY, x0=rest.x1, font="Sans-Light")
    last = line("is black.", 122, LineRole.BODY, font="Sans-Light")
    caption = "Banks of the Rhine (without ice). The water is grey and the ferry is black."
    assert found(title, rest, legend, last) == [("figure", "Figure 4", caption)]


def test_several_captions_in_a_row():
    lines = [line(f"Figure {i}. River {i}.", 40 + 11 * i) for i in range(1, 5)]
    assert [label for _, label, _ in found(*lines)] == ["Figure 1", "Figure 2", "Figure 3", "Figure 4"]


def test_captions_without_number_and_without_label():
    assert found(line("Figure: The harbour at noon.", 50)) == [("figure", "Figure", "The harbour at noon.")]
    lone = line("The harbour of the town at noon.", 50)
    assert found(lone, line("boats", 70, LineRole.TABLE)) == [("table", "", "The harbour of the town at noon.")]
    assert found(line("Constituents*", 50)) == []
    assert found(line("Fig. 1. Banks.", 50), line("The harbour of the town at noon.", 400)) == [
        ("figure", "Fig. 1", "Banks.")
    ]


def test_a_caption_goes_on_below_an_abbreviation_and_ends_before_cells():
    lines = [line("Table 2. Gain of the query (i.e.", 50), line("time of both indexes) in seconds.", 61)]
    head = [line("River", 72, x0=60.0), line("Depth", 72, LineRole.TABLE, x0=160.0)]
    assert found(*lines, *head) == [("table", "Table 2", "Gain of the query (i.e. time of both indexes) in seconds.")]


def test_a_caption_without_full_stop_takes_nothing_from_elsewhere():
    algorithm = line("for all m in mappings do", 300, x0=310.0)
    text = line("Rivers flow.", 400, LineRole.BODY)
    assert found(line("Figure 5. Model of code", 50), text, algorithm) == [("figure", "Figure 5", "Model of code")]


def test_a_caption_below_cells_is_no_sentence_that_goes_on():
    cell = line("</BOOK>", 40, LineRole.TABLE, block=3)
    caption = line("Figure 1. Sample data", 51, LineRole.TABLE, block=3, lead=10)
    assert found(cell, caption) == [("figure", "Figure 1", "Sample data")]


def test_what_publishers_add_is_no_caption():
    lines = [
        line("Figure 1. Banks (continued on next page...)", 50),
        line("Full-size DOI: 10.7717/peerj-cs.2/fig-1", 61),
    ]
    again = [line("Figure 1 (...continued)", 50, number=2), line("of the Rhine.", 61, number=2)]
    assert found(lines[0]) == [("figure", "Figure 1", "Banks")]
    assert found(*lines) == [("figure", "Figure 1", "Banks")]
    assert found(lines[0], *again)[0][2].endswith("of the Rhine.")


def test_one_label_twice_is_the_one_with_words():
    lines = [line("Figure 1", 50), line("Figure 1. Banks of rivers.", 50, number=2)]
    assert found(*lines) == [("figure", "Figure 1", "Banks of rivers.")]


@pytest.mark.parametrize(
    "text, label",
    [
        ("Fig.1.Banks", "Fig.1"),
        ("FIGURE 2 | Banks", "FIGURE 2"),
        ("Table S3. Banks", "Table S3"),
        ("TABLE IV", "TABLE IV"),
        ("Extended Data Fig. 3 | Banks", "Extended Data Fig. 3"),
        ("Abbildung 4: Ufer", "Abbildung 4"),
        ("图 3 河流", "图 3"),
        ("Tabelle 2.1 Ufer", "Tabelle 2.1"),
    ],
)
def test_labels(text, label):
    assert find_label(text).text == label


@pytest.mark.parametrize("text", ["", "Figures of speech", "Table of contents", "Figure", "Graphite 3", "Tablets 2"])
def test_no_labels(text):
    assert find_label(text) is None


def test_hostile_lines_are_cheap():
    for unit in ("Fig. ", "Table 1", "1.", "(continued", ". ", "– "):
        text = unit * 20_000
        find_label(text)
        find_label("Table 1 " + text)
        found(line(text, 50), line("Figure 1 " + text, 61))


def test_a_read_document_is_lossless_and_its_tei_names_the_floats():
    doc = read(page(prose(50, 780, 20, width=90), show(50, 490, "Table 1. Depths of rivers.", 8), TABLE))
    assert Document.from_json(doc.to("json")) == doc
    [figure] = etree.fromstring(doc.to("tei").encode()).iterfind(".//{*}figure")
    assert figure.get("type") == "table" and figure.get("{http://www.w3.org/XML/1998/namespace}id") == "tab_0"
    assert [e.text for e in figure[:3]] == ["Table 1", "1", "Depths of rivers."]


def test_titles():
    assert first_sentence("") == ("", "")
    assert first_sentence("Of E. coli (Fig. 2). Left.") == ("Of E. coli (Fig. 2).", "Left.")


def picture(x, y, width, height):
    """A grey picture, its lower left corner at a place."""
    return f"q {width} 0 0 {height} {x} {y} cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q\n"


def box(b):
    return (b.page, *(round(v) for v in (b.x0, b.y0, b.x1, b.y1)))


TALE = prose(50, 780, 20, width=90)


def test_a_figure_has_the_box_of_its_picture():
    [figure] = read(page(TALE, picture(60, 380, 200, 120), show(50, 360, "Figure 1: Banks of the Rhine.", 8))).figures
    assert [box(b) for b in figure.graphic] == [(1, 60, 342, 260, 462)]


def test_a_figure_of_paths_in_forms_has_a_box():
    drawn = "".join(f"{60 + 9 * i} {400 + 3 * i} m {69 + 9 * i} {403 + 3 * i} l S\n" for i in range(20))
    [figure] = read(page(TALE, drawn, show(50, 380, "Figure 1: Depth of the Rhine.", 8))).figures
    [graphic] = figure.graphic
    assert graphic.x0 == pytest.approx(60, abs=2) and graphic.x1 == pytest.approx(240, abs=2)


def test_a_figure_that_is_the_whole_page_before_its_caption():
    doc = read(
        page(prose(50, 780, 40, width=90)),
        page(picture(20, 20, 550, 800)),
        page(show(50, 780, "Figure 1: Map of the Rhine.", 8), prose(50, 740, 40, width=90, start=40)),
    )
    assert [box(b) for b in doc.figures[0].graphic] == [(2, 20, 22, 570, 822)]


def test_captions_side_by_side_are_two():
    doc = read(
        page(
            prose(50, 780, 20, width=42),
            prose(310, 780, 20, width=42, start=20),
            picture(60, 380, 200, 120) + picture(320, 380, 200, 120),
            show(50, 360, "Figure 1: Banks of the Rhine.", 8) + show(310, 360, "Figure 2: Banks of the Ruhr.", 8),
            show(50, 350, "In spring, at noon, and by", 8) + show(310, 350, "In autumn, at night, and by", 8),
            show(50, 340, "hand.", 8) + show(310, 340, "hand.", 8),
            prose(50, 300, 15, width=42, start=40),
            prose(310, 300, 15, width=42, start=55),
        )
    )
    assert [f.caption for f in doc.figures] == [
        "Banks of the Rhine. In spring, at noon, and by hand.",
        "Banks of the Ruhr. In autumn, at night, and by hand.",
    ]
    assert [[box(b)[1:2] for b in f.graphic] for f in doc.figures] == [[(60,)], [(320,)]]


def rules(*heights):
    return "".join(f"50 {y} m 250 {y} l S\n" for y in heights)


def test_the_cells_of_a_table_with_rules():
    head = show(60, 500, "River", 7) + show(120, 500, "Depth", 7)
    doc = read(
        page(
            show(50, 520, "Table 1. Depths of rivers.", 8) + rules(511, 495, 462),
            prose(50, 780, 20, width=90)
            + head
            + cells(60, 486, [["Rhine and its", "2.5"], ["branches"], ["Ruhr", "1.5"]]),
            show(60, 452, "Measured by hand.", 7) + prose(50, 400, 20, width=90, start=20),
        )
    )
    [table] = doc.tables
    assert [[c.text for c in row] for row in table.rows] == [
        ["River", "Depth"],
        ["Rhine and its branches", "2.5"],
        ["Ruhr", "1.5"],
    ]
    assert [c.heading for c in table.rows[0]] == [True, True] and table.note == "Measured by hand."
    assert [doc.text[c.start : c.end] for c in table.rows[2]] == ["Ruhr", "1.5"]
    assert box(table.graphic[0])[2] < 331 and "Rhine" not in " ".join(s.text for s in doc.sections)


def test_a_table_over_four_pages_is_one_with_all_rows():
    def part(number, label):
        rows = [[f"River {number}{c}", f"{number}.{i}"] for i, c in enumerate("abcdef")]
        return page(show(50, 780, label, 8) + cells(60, 760, [["Name", "Depth"], *rows]))

    labels = ["Table 1. Depths of rivers.", *["Table 1 (continued)"] * 3]
    doc = read(page(prose(50, 780, 40, width=90)), *(part(n, label) for n, label in enumerate(labels)))
    [table] = doc.tables
    assert [b.page for b in table.graphic] == [2, 3, 4, 5]
    assert [row[0].text for row in table.rows if row[0].text.startswith("River")] == [
        f"River {n}{c}" for n in range(4) for c in "abcdef"
    ]


def test_two_figures_on_a_page_of_which_one_is_drawn():
    first, second = show(50, 360, "Figure 1: Banks of the Rhine.", 8), show(50, 60, "Figure 2: Seas.", 8)
    text = prose(50, 340, 15, width=90, start=20)
    doc = read(page(TALE, picture(60, 380, 200, 120), first, text, second))
    assert [len(f.graphic) for f in doc.figures] == [1, 0]


def test_equations_are_pieces_that_call_outs_find():
    numbered = [show(150, 540, "E = m c", 10) + show(530, 540, r"\(1\)", 10)]
    numbered.append(show(150, 515, "a = b + d", 10) + show(530, 515, r"\(2\)", 10))
    doc = read(
        page(
            prose(50, 780, 18, width=105),
            *numbered,
            show(50, 480, "This follows from Eq. \\(2\\) and from equation 1.", 10),
        ),
        page(prose(50, 780, 40, width=105, start=20)),
    )
    assert [(e.label, e.text, e.page) for e in doc.equations] == [("(1)", "E = m c", 1), ("(2)", "a = b + d", 1)]
    assert [(c.text, c.targets) for c in doc.callouts if c.kind == "equation"] == [
        ("Eq. (2)", ["formula_1"]),
        ("equation 1", ["formula_0"]),
    ]
    assert "E = m c" not in " ".join(s.text for s in doc.sections)
    formulas = etree.fromstring(doc.to("tei").encode()).findall(".//{*}body//{*}p/{*}formula")
    assert [(f.get("n"), f.text) for f in formulas] == [("1", "E = m c"), ("2", "a = b + d")]
