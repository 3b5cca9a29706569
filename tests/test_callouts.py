"""Call-outs of small documents and pages, each with one difficulty."""

import io

import pypdf
import pytest
from lxml import etree
from pdf_files import pdf
from pypdf.annotations import Link
from pypdf.generic import Fit
from test_pdf_layouts import FONTS, page, prose, show

from sciassist.documents.author_year_callouts import Works, author_year_callouts
from sciassist.documents.callout_places import make_stretch, pieces_with_callouts, placed_callouts
from sciassist.documents.callouts import find_callouts
from sciassist.documents.document import Document, Figure, Reference, Section, Statement, Table
from sciassist.documents.float_callouts import float_callouts
from sciassist.documents.from_pdf import read_pdf
from sciassist.documents.warnings import list_warnings
from sciassist.utils.text import running_text


def paper(text, entries, *, numbered=True, raised=(), figures=(), tables=()):
    """A document of one section, with call-outs; `text` may have line ends, `raised` names its superscripts."""
    places, at = [], 0
    for word in raised:
        at = text.index(word, at)
        places.append((at, at + len(word)))
        at += len(word)
    whole, references = text + "\n", []
    for i, entry in enumerate(entries):
        references.append(Reference(str(i + 1) if numbered else None, entry, 1, len(whole), len(whole) + len(entry)))
        whole += entry + "\n"
    section = Section(None, "Silver", 1, running_text(text), 1, 0, len(text))
    doc = Document(text=whole, sections=[section], references=references, figures=[*figures], tables=[*tables])
    doc.callouts = find_callouts(doc, raised=places)
    return doc


def cited(doc, kind="reference"):
    return [(c.text, " ".join(c.targets)) for c in doc.callouts if c.kind == kind]


WORKS = [f"{name} A. On silver. J. Riv. {i}." for i, name in enumerate("Berg Lind Sand Rust Kahn Wolf Stern".split())]
DATED = [
    "Lind A., Sand B., Moreau C., 2010a. Gold. J. Riv. 1, 2.",
    "Lind A., Sand B., Moreau C., 2010b. Silver. J. Riv. 1, 9.",
    "Smith, J., Jones, K., 2010. Tin. J. Riv. 2, 3.",
    "Smith, J., 1999. Lead. J. Riv. 2, 4.",
    "Miller, P., 2011. Zinc. J. Riv. 3, 4.",
    "Müller-Thurgau, H., van der Berg, A., 2013. Iron. J. Riv. 3, 9.",
    "O’Connell, T., 2014. Brass. J. Riv. 4, 1.",
    "World Health Organization (WHO), 2015. Bronze. Geneva.",
    "R Core Team, 2019. R: A language. Vienna.",
    "de la Cruz, M., in press. Copper. J. Riv.",
]


@pytest.mark.parametrize(
    "text, found",
    [
        ("Seen [1], [2,3] and [4 ; 5].", "1:b0 2:b1 3:b2 4:b3 5:b4"),
        ("Seen [3–6, 7].", "3–6:b2,b3,b4,b5 7:b6"),
        ("Seen [3\n-\n6].", "3 - 6:b2,b3,b4,b5"),
        ("Seen [1]–[3] and [4]-[6].", "1]–[3:b0,b1,b2 4]-[6:b3,b4,b5"),
        ("Seen [see 1 and 2, p. 12].", "1:b0 2:b1"),
        ("Seen [1, Theorem 2.3].", "1:b0"),
        ("Seen [1] at x[2] of [0, 1], in 40 [3–60] of 60 percent (n = 7).", "1:b0"),
        ("Seen [1] in [2010], [12.5] and [a].", "1:b0"),
        ("Seen [1] as in ibid. and Berg, op. cit.", "1:b0 ibid.: op. cit.:"),
    ],
)
def test_numbers_in_square_brackets(text, found):
    assert " ".join(f"{t}:{','.join(ids.split())}" for t, ids in cited(paper(text, WORKS))) == found


def test_round_brackets_are_call_outs_where_most_entries_are_cited_by_them():
    text = "Seen (1), (2, 3), and (4–6) by Eq. (7) in 12 (7) towns."
    assert [t for t, _ in cited(paper(text, WORKS))] == ["1", "2", "3", "4–6", "7"]
    assert cited(paper("Seen [1–5]. Then (6) and (7).", WORKS)) == [("1–5", "b0 b1 b2 b3 b4")]


def test_raised_numbers_are_call_outs_and_powers_are_none():
    text = "Silver1 melts,2,3 flows4–6 over 10 m2 at 103 K, 18F, and R2 of AP-17."
    doc = paper(text, WORKS, raised=["1", "2,3", "4–6", "2", "3", "18", "2", "7"])
    assert [t for t, _ in cited(doc)] == ["1", "2", "3", "4–6", "7"]


def test_raised_numbers_beside_others_are_mixed_with_words_for_references():
    doc = paper("Silver1 melts,2,3 as in refs 4 and 5 (see ref. 6).", WORKS, raised=["1", "2,3"])
    assert [t for t, _ in cited(doc)] == ["1", "2", "3", "4", "5", "6"]


def test_raised_marks_that_cite_nothing_point_to_footnotes():
    text = "Silver1 is sold2 at 103 K or more* by Lind3, who is cited [1], [2], [3]."
    doc = paper(text, WORKS, raised=["1", "2", "3", "*", "3"])
    assert [t for t, _ in cited(doc)] == ["1", "2", "3"]
    assert [t for t, _ in cited(doc, "footnote")] == ["1", "2", "*", "3"]


def test_digits_that_are_not_raised_stay_parts_of_words():
    doc = paper("Silver1 and H2 are seen 3 times by CD4.", WORKS)
    assert doc.callouts == []


def test_labels_that_are_names_are_found():
    text = "Seen [Ber99] and [LS10, Chapter 2], not [Foo]."
    doc = paper(text, ["Berg. Silver. 1999.", "Lind and Sand. Gold. 2010."])
    for reference, label in zip(doc.references, ("Ber99", "LS10")):
        reference.label = label
    doc.callouts = find_callouts(doc)
    assert cited(doc) == [("Ber99", "b0"), ("LS10", "b1")]


def test_a_list_with_a_gap_keeps_its_numbers():
    doc = paper("Seen [1, 2] and [3].", WORKS[:3])
    doc.references[1].label, doc.references[2].label = "3", "4"
    assert [(c.text, c.targets) for c in find_callouts(doc)] == [("1", ["b0"]), ("2", []), ("3", ["b1"])]


def test_a_range_over_everything_is_no_call_out():
    doc = paper("Seen [1], [2] and [1–300] and [1–999999999].", WORKS)
    assert cited(doc) == [("1", "b0"), ("2", "b1")]
    assert sum(len(c.targets) for c in doc.callouts) == 2


def test_numbers_behind_the_list_are_kept_if_there_are_some():
    one = paper("Seen [1, 2], [3], [4], and [99].", WORKS)
    some = paper("Seen [1, 2], [3], [98], [99] and [100].", WORKS)
    assert [t for t, _ in cited(one)] == ["1", "2", "3", "4"] and list_warnings(one) == []
    assert cited(some)[-1] == ("100", "")
    assert list_warnings(some) == ["the text cites [100], but the list of references ends at 7"]


def test_a_paper_without_a_list_still_has_call_outs():
    doc = paper("Gold [1], lead [4], tin [3, 8] and silver [223].", [])
    assert [t for t, _ in cited(doc)] == ["1", "4", "3", "8", "223"]
    assert list_warnings(doc) == ["the text cites [223], but no list of references was found"]


@pytest.mark.parametrize(
    "text, found",
    [
        ("as Lind et al. (2010a, b) say", ["Lind et al. (2010a > b0", "b > b1"]),
        ("as Lind et al. (2010a) say", ["Lind et al. (2010a) > b0"]),
        ("as Lind, Sand, and Moreau (2010b) say", ["Lind, Sand, and Moreau (2010b) > b1"]),
        ("(Smith & Jones, 2010; Miller 2011: 14)", ["Smith & Jones, 2010 > b2", "Miller 2011 > b4"]),
        ("in Smith’s (1999) view", ["Smith’s (1999) > b3"]),
        ("However, Smith (1999) says", ["Smith (1999) > b3"]),
        ("In Ulm, Smith and Jones (2010) say", ["Smith and Jones (2010) > b2"]),
        ("[Smith, 1999]", ["Smith, 1999 > b3"]),
        ("(see Smith 1999, p. 3, and Miller 2011)", ["Smith 1999 > b3", "Miller 2011 > b4"]),
        ("by Muller-Thurgau and van der Berg (2013)", ["Muller-Thurgau and van der Berg (2013) > b5"]),
        ("(O'Connell 2014)", ["O'Connell 2014 > b6"]),
        ("(WHO, 2015; R Core Team 2019)", ["WHO, 2015 > b7", "R Core Team 2019 > b8"]),
        ("the World Health Organization (2015)", ["World Health Organization (2015) > b7"]),
        ("(de la Cruz, in press)", ["de la Cruz, in press > b9"]),
        ("since March 2010, 2011 and in 1999", []),
        ("by Rust et al. (2009) and (Kahn, 2001)", ["Rust et al. (2009) > ", "Kahn, 2001 > "]),
        ("of Jones (2010)", []),
    ],
)
def test_authors_and_years(text, found):
    callouts = author_year_callouts(text, Works(DATED))
    assert [f"{text[f.start : f.end]} > {' '.join(f.targets)}" for f in callouts] == found


def test_ten_works_in_a_bracket():
    names = "Berg Lind Sand Rust Kahn Wolf Stern Vogel Baum Stein".split()
    entries = [f"{name}, A., {2000 + i}. Silver. J. Riv. 1." for i, name in enumerate(names)]
    text = "Seen (" + "; ".join(f"{name}, {2000 + i}" for i, name in enumerate(names)) + ")."
    assert [ids for _, ids in cited(paper(text, entries, numbered=False))] == [f"b{i}" for i in range(10)]


def test_two_entries_that_cannot_be_told_apart_are_both_meant():
    entries = ["Lind, A., 2010. Gold. J. Riv. 1.", "Lind, A., 2010. Silver. J. Riv. 2.", "Berg, B., 2011. Tin. J. Riv."]
    doc = paper("Seen by Lind (2010) and Berg (2011).", entries, numbered=False)
    assert cited(doc) == [("Lind (2010)", "b0 b1"), ("Berg (2011)", "b2")]
    assert list_warnings(doc) == ["“Lind (2010)” fits more than one entry of the same authors and year"]


def test_the_way_of_citing_is_that_of_the_list():
    text = "Berg (1999) has weighed [1] and Lind (2001) measured [2] and Sand (2002) sold [3]."
    entries = ["Berg, 1999. A.", "Lind, 2001. B.", "Sand, 2002. C."]
    assert [t for t, _ in cited(paper(text, entries))] == ["1", "2", "3"]
    assert [t for t, _ in cited(paper(text, entries, numbered=False))] == ["Berg (1999)", "Lind (2001)", "Sand (2002)"]


IDS = {"figure": {str(n): f"fig_{n - 1}" for n in range(1, 9)}, "table": {"1": "tab_0", "2": "tab_1"}}


@pytest.mark.parametrize(
    "text, found",
    [
        ("in Fig. 2a, a drawing", ["Fig. 2a > fig_1"]),
        ("(Figs 1–3)", ["1–3 > fig_0 fig_1 fig_2"]),
        ("(Figures 1(a)–1(c) and 2A, B)", ["1(a) > fig_0", "1(c) > fig_0", "2A, B > fig_1"]),
        ("in Tables 2 and 3", ["2 > tab_1", "3 > "]),
        ("in TABLE I", ["TABLE I > tab_0"]),
        ("Supplementary Figure S1 and supplementary Fig. 1", ["Figure S1 > ", "Fig. 1 > "]),
        ("Figure 1, 20 patients, and Figure 2 and 3.", ["Figure 1 > fig_0", "Figure 2 > fig_1", "3 > fig_2"]),
        ("Table 2 in Additional file 1, Additional file 2: Table 1", ["Table 2 > ", "Table 1 > "]),
        ("Table 1 (continued) and Table 2. Cont.", []),
        ("Eq. (3), Eqs (4) and (5), Equation 6) by", ["Eq. (3) > ", "(4) > ", "(5) > ", "Equation 6 > "]),
        ("a figure of 2 tables and 3 figs, Figment 3, tab 12", ["tab 12 > "]),
    ],
)
def test_figures_tables_and_equations(text, found):
    callouts = float_callouts(text, IDS)
    assert [f"{text[f.start : f.end]} > {' '.join(f.targets)}" for f in callouts] == found


def test_figures_are_found_by_their_labels():
    figures = [Figure("fig_0", "FIG. 1"), Figure("fig_1", "Fig. A1"), Figure("fig_2", "Abbildung 3")]
    doc = paper("See Fig. 1, Fig. A.1, Figure 3 and Table II.", [], figures=figures, tables=[Table("tab_0", "Tab. 2")])
    assert cited(doc, "figure") == [("Fig. 1", "fig_0"), ("Fig. A.1", "fig_1"), ("Figure 3", "fig_2")]
    assert cited(doc, "table") == [("Table II", "tab_0")]


def test_a_caption_does_not_point_to_its_own_figure():
    text = "See Fig. 1.\nFig. 1 shows [1]."
    doc = paper(text, WORKS, figures=[Figure("fig_0", "Fig. 1", "", "Fig. 1 shows [1].", 1, 12, 29)])
    doc.sections[0].end, doc.sections[0].text = 11, text[:11]
    doc.callouts = find_callouts(doc)
    assert [(c.text, c.start) for c in doc.callouts] == [("Fig. 1", 4), ("1", 26)]


def test_every_call_out_is_where_it_says():
    text = "Silver of ri-\nvers [1,\n2], mü-\nnzen [3–\n5] and https://example.org/\nabc [6].\n\nThen\n(Fig.\n2a) [7]."
    doc = paper(text, WORKS)
    assert len(doc.callouts) == 6
    for c in doc.callouts:
        assert running_text(doc.text[c.start : c.end]) == c.text
    placed = [p for piece in pieces_with_callouts(doc) for p in placed_callouts(doc, piece)]
    assert [doc.sections[0].text[a:b] for a, b, _ in placed] == [c.text for c in doc.callouts]
    assert Document.from_json(doc.to("json")) == doc


def test_a_place_in_lines_and_one_in_running_text_are_inverse():
    text = " A sil-\nver coin.\n\nOf Ulm  and\nself-\nMade http://a.b/\nc. "
    stretch = make_stretch(text, 0, len(text))
    for a in range(len(stretch.text)):
        for b in range(a + 1, len(stretch.text) + 1):
            if not stretch.text[a:b].isspace():
                assert stretch.place(*stretch.printed(a, b)) == (a, b)


def test_tei_has_a_ref_for_each_printed_number():
    doc = paper("Seen [3–6, 7] and\nin ibid. & Fig. S1.", WORKS)
    tree = etree.fromstring(doc.to("tei").encode())
    paragraph = tree.find(".//{*}body//{*}p")
    refs = [(e.text, e.get("type"), e.get("target")) for e in paragraph.iter("{*}ref")]
    assert refs == [
        ("3", "bibr", "#b2"),
        ("6", "bibr", "#b5"),
        ("7", "bibr", "#b6"),
        ("ibid.", "bibr", None),
        ("Fig. S1", "figure", None),
    ]
    assert [e.get("target") for e in paragraph.iter("{*}ptr")] == ["#b3 #b4"]
    assert "".join(paragraph.itertext()) == doc.sections[0].text
    assert {e.get("target")[1:] for e in paragraph.iter("{*}ref") if e.get("target")} <= {
        e.get("{http://www.w3.org/XML/1998/namespace}id") for e in tree.iter("{*}bibl")
    }


def test_text_and_sentences_are_as_printed():
    doc = paper("Silver is found.1,2 Tin is rare,3 and so\nis gold.4", WORKS, raised=["1,2", "3", "4"])
    assert doc.sections[0].text in doc.to("text")
    contexts = doc.citation_contexts()
    assert [(c.section, c.text) for c in contexts["b1"]] == [("Silver", "Silver is found.1,2")]
    assert [c.text for c in contexts["b2"]] == [c.text for c in contexts["b3"]] == ["Tin is rare,3 and so is gold.4"]
    [context] = contexts["b3"]
    assert context.text[slice(*context.callout)] == "4"
    assert running_text(doc.text[context.start : context.end]) == context.text
    assert contexts["b6"] == []


def test_a_statement_that_is_a_section_has_its_call_outs_once():
    doc = paper("Paid by Berg [1].", WORKS)
    doc.statements = [Statement("funding", "Silver", doc.sections[0].text, 1, 0, doc.sections[0].end)]
    doc.statements.append(Statement("ethics", "", "Berg [1].", 1, 8, doc.sections[0].end))
    doc.callouts = find_callouts(doc)
    assert cited(doc) == [("1", "b0")]
    assert [c.text for c in doc.citation_contexts()["b0"]] == ["Paid by Berg [1]."]


def test_an_entry_that_nobody_cites_is_told():
    entries = [f"Berg A. On silver. J. Riv. {i}." for i in range(12)]
    doc = paper(" ".join(f"Seen [{i}]." for i in range(1, 12)), entries)
    assert list_warnings(doc) == ["never cited in the text: [12]"]
    assert list_warnings(paper("Seen [1] and [2].", entries)) == []


def raised_line(x, y, text):
    """A printed line in which pieces between carets are superscripts."""
    shown = ""
    for k, piece in enumerate(text.split("^")):
        size, up = (6, 4) if k % 2 else (10, 0)
        shown += show(x, y + up, piece, size) if piece else ""
        x += width(piece, size)
    return shown


HELVETICA = {
    **dict.fromkeys("ijl", 222),
    **dict.fromkeys(" .,;:tfI", 278),
    **dict.fromkeys("r-()", 333),
    **dict.fromkeys("ckvxyszJ", 500),
    **dict.fromkeys("w", 722),
    **dict.fromkeys("m", 833),
    **dict.fromkeys("SABE", 667),
}


def test_superscripts_on_a_page():
    entries = [f"{i}. A. Smith, Full stops, J. Punct. {i} (2001) 12-18." for i in range(1, 7)]
    text = ["Silver is seen^1^ in seas,^2,3^ and falls", "into rivers.^4-6^ Then it is 10 m^2^ large."]
    doc = read_pdf(
        pdf(
            [
                page(
                    show(72, 760, "A Study of Commas", 18, "F2"),
                    show(72, 720, "1 Introduction", 12, "F2"),
                    prose(72, 700, 5, width=60),
                    *(raised_line(72, 640 - 12 * i, line) for i, line in enumerate(text)),
                    show(72, 590, "References", 12, "F2"),
                    *(show(72, 570 - 12 * i, entry) for i, entry in enumerate(entries)),
                )
            ],
            FONTS,
        ),
        roles=None,
    )
    assert cited(doc) == [("1", "b0"), ("2", "b1"), ("3", "b2"), ("4-6", "b3 b4 b5")]
    assert {c.page for c in doc.callouts} == {1}
    assert all(doc.text[c.start : c.end] == c.text for c in doc.callouts)


def test_call_outs_in_a_table_are_found_and_written():
    doc = paper("See Table 1.", WORKS)
    doc.tables = [Table("tab_0", "Table 1")]
    at = len(doc.text)
    doc.text += "Berg [1] 2 m\nTable 1 (continued)\nLind [2, 3] 3 m\n"
    doc.places["tab_0/cells"] = [1, at, len(doc.text) - 1]
    doc.callouts = find_callouts(doc)
    assert cited(doc) == [("1", "b0"), ("2", "b1"), ("3", "b2")] and len(cited(doc, "table")) == 1
    cells = [c for c in etree.fromstring(doc.to("tei").encode()).iter("{*}cell")]
    assert [c.text for c in cells] == ["Berg [", "Table 1 (continued)", "Lind ["]
    assert [e.get("target") for c in cells for e in c] == ["#b0", "#b1", "#b2"]


def width(text, size=10):
    """The width of a text in Helvetica, in points."""
    return sum(HELVETICA.get(c, 556) for c in text) * size / 1000


def box_of(text, words, start=0):
    """The rectangle of some words of a line that is printed at (72, 640)."""
    at = text.index(words, start)
    return [72 + width(text[:at]) - 1, 637, 72 + width(text[:at] + words) + 1, 649]


def linked(data, *links):
    """A PDF with links: each a rectangle and the height to which it leads, or none."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    for box, height in links:
        fit = Fit.xyz(left=70, top=height) if height else Fit.fit()
        writer.add_annotation(0, Link(rect=box, target_page_index=0, fit=fit))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_links_tell_entries_apart_and_how_far_a_call_out_reaches():
    entries = ["Lind, A., 2010. Gold. J. Riv. 1, 2-9.", "Lind, A., 2010. Silver. J. Riv. 2, 3-8."]
    entries += [f"{name}, B., 2011. Tin. J. Riv. 3, 4-7." for name in ("Berg", "Sand", "Wolf")]
    text = "It is gold (Lind, 2010) and tin (Berg, 2011), says Sand (2011) of rivers."
    data = pdf(
        [
            page(
                show(72, 760, "A Study of Commas", 18, "F2"),
                show(72, 720, "1 Introduction", 12, "F2"),
                prose(72, 700, 5, width=60),
                show(72, 640, text),
                show(72, 590, "References", 12, "F2"),
                *(show(72, 570 - 14 * i, entry) for i, entry in enumerate(entries)),
            )
        ],
        FONTS,
    )
    lind, year_of_sand = box_of(text, "nd, 2010"), box_of(text, "2011", text.index("Sand"))
    doc = read_pdf(linked(data, (lind, 570 - 14 + 10), (year_of_sand, None)), roles=None)
    assert len(doc.references) == 5
    assert cited(doc) == [("Lind, 2010", "b1"), ("Berg, 2011", "b2"), ("2011", "b3")]
    assert [t for t, _ in cited(read_pdf(data, roles=None))] == ["Lind, 2010", "Berg, 2011", "Sand (2011)"]


def test_links_to_nowhere_change_nothing():
    data = pdf(
        [page(show(72, 700, "Seen [1].", 10), show(72, 600, "References", 12, "F2"), show(72, 580, "[1] A. Berg."))]
    )
    everywhere = [([0, 0, 595, 842], height) for height in (None, 1, 580, 10_000)]
    assert len(read_pdf(linked(data, *everywhere * 20), roles=None).callouts) <= 1
