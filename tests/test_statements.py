"""Statements of small papers, wherever they stand."""

import pytest
from lxml import etree
from pdf_files import pdf
from test_pdf_layouts import FONTS, page, prose, show

from sciassist.documents.document import Document, Section, Statement
from sciassist.documents.from_pdf import read_pdf
from sciassist.documents.from_text import read_text
from sciassist.documents.statements import (
    SECTION_KINDS,
    add_section_kinds,
    find_statements,
    run_in_heading,
    section_kind,
    wording,
)
from sciassist.pages.line_roles import LineRole
from sciassist.pages.pdf import Line


def line(text, y, role=LineRole.BODY, number=1, x0=50.0, size=9.0, font="Sans", **more):
    return Line(text, number, x0, y - size, x0 + 4.5 * len(text), y + 2, y, size, font, role=role, **more)


def found(*lines):
    return [
        (run.kind, run.heading, " ".join(x.text for x in run.lines)[run.skip :].strip())
        for run in find_statements(lines)
    ]


@pytest.mark.parametrize(
    "heading, kind",
    [
        ("1. Introduction", "introduction"),
        ("Background", "introduction"),
        ("Patients and methods", "methods"),
        ("STAR Methods", "methods"),
        ("Ergebnisse", "results"),
        ("Results and discussion", "results"),
        ("Discusión", "discussion"),
        ("5 Conclusions and future work", "conclusion"),
        ("Funding information", "funding"),
        ("Sources of support", "funding"),
        ("Data and code availability", "data-availability"),
        ("Availability of data and materials", "data-availability"),
        ("ACKNOWLEDGMENTS", "acknowledgement"),
        ("Remerciements", "acknowledgement"),
        ("Declaration of competing interest", "conflict-of-interest"),
        ("Conflicts of Interest", "conflict-of-interest"),
        ("Authors’ contributions", "author-contributions"),
        ("CRediT authorship contribution statement", "author-contributions"),
        ("Ethics approval and consent to participate", "ethics"),
        ("Institutional Review Board Statement", "ethics"),
        ("List of abbreviations", "abbreviations"),
        ("Supporting information", "supplementary"),
        ("Appendix B. Proofs", "appendix"),
        ("Funding/Support", "funding"),
        ("Funding and Acknowledgments", "funding"),
        ("Data, Materials, and Software Availability", "data-availability"),
        ("Sample Availability", "data-availability"),
        ("CRediT author statement", "author-contributions"),
        ("Authorship contribution statement", "author-contributions"),
        ("Statement of Interests", "conflict-of-interest"),
        ("Statement of Ethics", "ethics"),
        ("ASSOCIATED CONTENT", "supplementary"),
        ("Supporting Information Available", "supplementary"),
        ("Acknowledgement statement", "acknowledgement"),
        ("Fontes de financiamento", "funding"),
        ("基金项目", "funding"),
        ("Disponibilidade de dados", "data-availability"),
        ("Data statement", "data-availability"),
        ("Dankwoord", "acknowledgement"),
        ("Angaben zu Interessenkonflikten", "conflict-of-interest"),
        ("Déclaration de liens d’intérêts", "conflict-of-interest"),
        ("Conflict-of-interest disclosure", "conflict-of-interest"),
        ("Financial and competing interests disclosure", "conflict-of-interest"),
        ("利益冲突", "conflict-of-interest"),
        ("Contribuição dos autores", "author-contributions"),
        ("Aspectos éticos", "ethics"),
        ("Financial interests of banks", ""),
        ("Funding the arts in cities", ""),
        ("Contribution by sexual transmission", ""),
        ("Data", ""),
        ("", ""),
    ],
)
def test_kinds_of_sections(heading, kind):
    assert section_kind(heading) == kind and (not kind or kind in SECTION_KINDS)


def test_statements_in_a_margin_go_on_at_the_head_of_the_next_page():
    margin = LineRole.SIDEBAR
    lines = [
        line("Data Availability: All data are in the paper.", 600, margin, lead=18),
        line("Funding: This work was supported by the", 620, margin, lead=8),
        line("RESEARCH ARTICLE", 60, LineRole.FRONT, x0=250.0),
        line("Rivers flow and flow.", 80, x0=250.0),
        line("Flood Council (F-7).", 60, number=2),
        line("Competing interests: None.", 80, number=2, lead=20),
        line("More of rivers.", 80, number=2, x0=250.0),
    ]
    assert found(*lines) == [
        ("data-availability", "Data Availability", "All data are in the paper."),
        ("funding", "Funding", "This work was supported by the Flood Council (F-7)."),
        ("conflict-of-interest", "Competing interests", "None."),
    ]
    assert [x.role for x in lines] == [LineRole.STATEMENT] * 2 + [LineRole.FRONT, LineRole.BODY] + [
        LineRole.STATEMENT
    ] * 2 + [LineRole.BODY]


def test_a_footnote_without_heading_is_known_by_its_wording():
    note = line("∗ This work was partially supported by the Flood Council.", 700, LineRole.FOOTNOTE)
    assert found(note)[0][:2] == ("funding", "")
    assert found(line("This work was supported by many.", 700)) == []  # A sentence of the body
    assert found(line("The authors declare no competing interests.", 700))[0][0] == "conflict-of-interest"


def test_thanks_go_on_with_who_paid():
    lines = [
        line("Acknowledgments", 600, LineRole.HEADING),
        line("We thank the ferryman.", 611, LineRole.STATEMENT),
        line("This work was supported by the Flood Council.", 622, LineRole.STATEMENT),
    ]
    assert found(*lines) == []  # All of it is a section
    lines[0] = line("Acknowledgments: We thank many.", 600, lead=16)
    assert [kind for kind, _, _ in found(*lines)] == ["acknowledgement"]


def test_a_statement_ends_before_what_the_publisher_adds():
    lines = [
        line("Conflicts of Interest: The authors declare none.", 700, lead=22),
        line("Publisher’s Note: We remain neutral.", 711, lead=17),
    ]
    assert found(*lines) == [("conflict-of-interest", "Conflicts of Interest", "The authors declare none.")]


@pytest.mark.parametrize(
    "said",
    [
        "How to cite this article: Berg A. Of rivers. J Riv 2012;3:45-9.",
        "Open Access This article is distributed under a licence.",
        "Received: 3 May 2012 Accepted: 4 June 2012",
        "Reviewed by: C. Sand, University of Bath, UK",
        "Author details",
    ],
)
def test_a_section_of_thanks_ends_before_what_the_publisher_adds(said):
    head = page(show(50, 800, "Of Rivers", 16, "F2"), prose(50, 760, 40, width=90))
    end = [show(50, 780, "Acknowledgements", 10, "F2"), show(50, 768, "We thank the ferryman.", 10)]
    end += [show(50, 748, said, 10), show(50, 720, "References", 10, "F2")]
    end += [show(50, 708, "1. Turing, A. M. Computing machinery. Mind 59, 433-460.", 10)]
    doc = read_pdf(pdf([head, page(*end)], FONTS), roles=None)
    assert [(s.kind, s.text) for s in doc.statements] == [("acknowledgement", "We thank the ferryman.")]


def test_a_declaration_goes_on_with_editors_and_reviewers():
    lines = [
        line("Conflict of Interest: The authors declare none.", 600, lead=21),
        line("The reviewer CD and handling Editor declared their", 618),
        line("shared affiliation.", 629),
        line("The river and its banks flow.", 650),
    ]
    text = "The authors declare none. The reviewer CD and handling Editor declared their shared affiliation."
    assert found(*lines) == [("conflict-of-interest", "Conflict of Interest", text)]


def test_two_statements_in_one_line():
    lines = [line("Source of Support: Nil. Conflict of Interest: None declared.", 600)]
    runs = find_statements(lines)
    assert [(r.kind, r.lines[0].text[r.skip :]) for r in runs] == [
        ("funding", "Nil."),
        ("conflict-of-interest", "None declared."),
    ]
    assert len(lines) == 2 and lines[0].x1 <= lines[1].x0


def test_nothing_to_disclose():
    for text in (
        "The authors have no funding and conflicts of interest to disclose.",
        "The authors have nothing to declare.",
    ):
        assert found(line(text, 600, LineRole.FOOTNOTE))[0][0] == "conflict-of-interest"


def test_a_heading_alone_in_its_line():
    lines = [line("Authors’ Contribution", 600, LineRole.TABLE, size=12.0, bold=True), line("All wrote it.", 620)]
    assert found(*lines) == [("author-contributions", "Authors’ Contribution", "All wrote it.")]
    cells = [line("Funding", 600, LineRole.TABLE), line("Public", 611, LineRole.TABLE)]
    assert found(*cells) == []


def test_sentences_and_contributors_are_no_statements():
    for text in ("Funding acquisition: A. B.", "Funding of research changes.", "Acknowledging this, we went on."):
        assert run_in_heading(line(text, 50)) is None
    assert wording("This work was done in Ulm.", True) == ""


def test_statements_leave_the_body_and_stand_in_the_back():
    doc = read_pdf(
        pdf(
            [
                page(
                    show(50, 800, "1 Introduction", 12, "F2"),
                    prose(50, 780, 30, width=90),
                    show(50, 400, "Funding: The Flood Council paid for all of it.", 10),
                    show(50, 370, "Acknowledgments", 12, "F2"),
                    show(50, 350, "We thank the ferryman.", 10),
                )
            ],
            FONTS,
        ),
        roles=None,
    )
    assert [(s.kind, s.heading, s.text) for s in doc.statements] == [
        ("funding", "Funding", "The Flood Council paid for all of it."),
        ("acknowledgement", "Acknowledgments", "We thank the ferryman."),
    ] or {s.kind for s in doc.statements} == {"funding", "acknowledgement"}
    assert "Flood Council" not in " ".join(s.text for s in doc.sections)
    root = etree.fromstring(doc.to("tei").encode())
    assert {d.get("type") for d in root.iterfind(".//{*}back/{*}div")} == {"funding", "acknowledgement"}
    assert "ferryman" not in "".join(root.find(".//{*}body").itertext())
    assert Document.from_json(doc.to("json")) == doc


def test_what_is_said_twice_is_kept_once():
    doc = Document(
        sections=[Section(None, "Funding", 1, "The Flood Council paid (F-7).", 9, 0, 29)],
        statements=[
            Statement("funding", "Funding", "The Flood Council paid (F-7)", 1, 40, 68),
            Statement("ethics", "", "None.", 1, 70, 75),
        ],
    )
    add_section_kinds(doc)
    assert [(s.kind, s.page) for s in doc.statements] == [("ethics", 1), ("funding", 9)]


def test_a_text_has_kinds_of_sections(tmp_path):
    path = tmp_path / "paper.txt"
    path.write_text(
        "Of Rivers\n\nAnna Berg\n\nAbstract\n\nThey flow.\n\n1 Introduction\n\nOn banks.\n\nFunding\n\nBy Ulm.\n"
    )
    doc = read_text(path)
    assert [s.kind for s in doc.sections] == ["introduction", "funding"]
    assert [s.text for s in doc.statements] == ["By Ulm."]


def test_hostile_lines_are_cheap():
    for unit in (
        "Funding ",
        "data ",
        "data and ",
        "the authors ",
        "no ",
        "of ",
        "( ",
        "Conflict of interest ",
        "a ",
        "ly ",
    ):
        text = unit * 20_000
        run_in_heading(line(text, 50))
        section_kind(text)
        wording(text, True)
        find_statements([line("Funding: " + ". ".join([text[:30]] * 2_000), 50)])
        wording("The authors declare " + text, True)
        wording("All data " + text, True)
