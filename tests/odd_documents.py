"""Documents with every piece there is, and with every piece missing or odd, for tests of what is written of them."""

from functools import partial

from conftest import PAPER

from sciassist.documents.document import (
    Affiliation,
    Author,
    Callout,
    Cell,
    Document,
    Equation,
    Figure,
    Footnote,
    Grant,
    Reference,
    Section,
    Statement,
    Table,
)
from sciassist.documents.reader import read_document
from sciassist.pipelines.documents import write_document


def section(heading="Rivers", number=None, level=1, text="They flow.\n\nAll of them."):
    return Section(number, heading, level, text, 1, 0, 0)


def reference(text="A. Berg, Rivers, 1999.", label=None):
    return Reference(label, text, 1, 0, len(text))


BERG = Author(
    "Anna Maria van der Berg",
    *("Anna Maria", "van der", "Berg", "Jr.", "a@x.org", "0000-0001-2345-6789", True, [0, 1]),
)
ULM = Affiliation(
    "Inst. of Rivers, Ulm, Germany", "1", "Dept. of Floods", "Inst. of Rivers", "1 Rd", "Ulm", "BW", "89073", "Germany"
)
DATES = dict(published="2020-03-01", received="2019-01-02", accepted="2019-12-31")
CONTROLS = "a\x00b\x0bc\ufffed\ud800e & <f> ]]>"

KINDS = {
    "empty": Document(),
    "only a title": Document(title="On Rivers"),
    "no title": Document(authors=[BERG], affiliations=[ULM, ULM], abstract="They flow.", sections=[section()]),
    "no abstract": Document(title="On Rivers", sections=[section()], references=[reference()]),
    "no references": Document(title="On Rivers", abstract="They flow.\n\nAll of them.", sections=[section()]),
    "an author without a name": Document(title="On Rivers", authors=[Author("")]),
    "an author of one name": Document(title="On Rivers", authors=[Author("WHO")]),
    "an empty affiliation": Document(authors=[Author("A. Berg", affiliations=[0])], affiliations=[Affiliation("")]),
    "an affiliation that is not there": Document(authors=[Author("A. Berg", affiliations=[1, 0, -1])]),
    "a section of no level": Document(sections=[section(level=0), section(level=2)]),
    "a note of no place": Document(footnotes=[Footnote("foot_0", "1", "See Berg.", 1, 0, 0, place="in a margin")]),
    "a mark without address": Document(
        authors=[Author("A. Berg", affiliations=[0])], affiliations=[Affiliation("", "1")]
    ),
    "empty keywords": Document(keywords=["", ""]),
    "keywords": Document(keywords=["rivers", ""]),
    "all of the header": Document(
        title="On Rivers",
        authors=[BERG, Author("WHO")],
        affiliations=[ULM, Affiliation("Lyon")],
        abstract="They flow.",
        keywords=["rivers"],
        doi="10.1000/182",
        arxiv="2001.00001",
        dates=DATES,
        venue="Journal of Rivers",
        volume="7",
        issue="2",
        page_range="1–9",
        issn="1234-5678",
        licence="CC BY 4.0",
        language="en",
    ),
    "an article number": Document(page_range="e0145288"),
    "one page": Document(page_range="12"),
    "pages of two words": Document(page_range="pp. 12–S 14"),
    "only a year": Document(dates={"published": "2020"}),
    "a year and a month": Document(dates={"published": "2020-03"}),
    "an unknown day": Document(dates={"published": "spring 2020"}),
    "a language with a script": Document(language="zh-Hant"),
    "only a heading": Document(sections=[section(text="")]),
    "only a text": Document(sections=[section(heading="", text="They flow.")]),
    "neither": Document(sections=[section(heading="", text="")]),
    "levels that jump": Document(
        sections=[section(level=3), section(level=1, number="1"), section(level=4, number="1.1.1.1"), section(level=2)]
    ),
    "text before a section below": Document(sections=[section(), section(level=2, text="")]),
    "empty references": Document(references=[reference(""), reference("")]),
    "some empty references": Document(references=[reference(""), reference(label="2"), reference(label="Ber99 a")]),
    "a reference of a year": Document(references=[reference("1999.")]),
    "a reference without title": Document(references=[reference("Berg A. J Rivers. 1999;7:1-9.")]),
    "figures and tables": Document(
        sections=[section()],
        figures=[
            Figure("fig_0", "Fig. 1a", "A bank.", "A bank. Left."),
            Figure("", ""),
            Figure("fig 0", "Plate", "", "x"),
        ],
        tables=[
            Table(
                "tab_0",
                "Table I",
                caption="Banks.",
                note="At noon.",
                rows=[[Cell("left", 2, 2, heading=True), Cell()], [], [Cell("2 m", 3)]],
            ),
            Table("tab_0", "", rows=[[], []]),
        ],
    ),
    "call-outs": Document(
        text="Seen [1–4] in Fig. 1 of ibid.\nA bank [1].\n3 m [2]\n",
        sections=[Section("1", "Banks", 1, "Seen [1–4] in Fig. 1 of ibid.", 1, 0, 29)],
        references=[reference(label=str(i)) for i in range(1, 5)],
        figures=[Figure("fig_0", "Fig. 1", "", "A bank [1].", 1, 30, 41)],
        tables=[Table("tab_0", "Table 1")],
        places={"tab_0/cells": [1, 42, 49]},
        callouts=[
            Callout("reference", "1–4", 6, 9, 1, ["b0", "b1", "b2", "b3"]),
            Callout("figure", "Fig. 1", 14, 20, 1, ["fig_0"]),
            Callout("reference", "ibid.", 24, 29, 1),
            Callout("reference", "1", 38, 39, 1, ["b0"]),
            Callout("reference", "2", 47, 48, 1, ["b1", "b 2", ""]),
        ],
    ),
    "statements": Document(
        sections=[section(), section("Funding", text="By Ulm.")],
        statements=[
            Statement("funding", "Funding", "By Ulm.", 1, 0, 0, [Grant("Ulm", "U-7"), Grant("Ulm"), Grant("", "8")]),
            Statement("ethics", "", "None.\n\nAt all.", 1, 0, 0),
            Statement("unknown", "Odd", "", 1, 0, 0),
        ],
    ),
    "notes": Document(
        text="Silver1 rose.\nSee Berg [1].\n",
        sections=[Section("1", "Banks", 1, "Silver1 rose.", 1, 0, 13)],
        references=[reference(label="1"), Reference(None, "Lind, Gold, 1990.", 1, 0, 0, "note", "foot_0")],
        callouts=[Callout("footnote", "1", 6, 7, 1, ["foot_0"]), Callout("reference", "1", 24, 25, 1, ["b0"])],
        footnotes=[
            Footnote("foot_0", "1", "See Berg [1].", 1, 14, 27),
            Footnote("foot_1", "", "", 1, 0, 0),
            Footnote("foot_2", "*", "All.\n\nOf it.", 1, 0, 0, "end"),
        ],
    ),
    "only a statement": Document(statements=[Statement("acknowledgement", "", "Thanks.", 1, 0, 0)]),
    "equations": Document(
        text="So (1).\nb = 2a\n",
        sections=[section(text="So (1).")],
        equations=[Equation("formula_0", "(1)", "b = 2a", 1, 8, 14), Equation("", "", CONTROLS), Equation("", "", "")],
        callouts=[Callout("equation", "(1)", 3, 6, 1, ["formula_0"])],
    ),
    "only an equation": Document(equations=[Equation("formula_0", "", "b = 2a")]),
    "only a figure": Document(figures=[Figure("fig_0", "Fig. 1")]),
    "control characters": Document(
        title=CONTROLS,
        authors=[Author(CONTROLS, given=CONTROLS, email=CONTROLS, orcid=CONTROLS, affiliations=[0])],
        affiliations=[Affiliation(CONTROLS, CONTROLS, institution=CONTROLS)],
        abstract=CONTROLS,
        keywords=[CONTROLS],
        doi=CONTROLS,
        volume=CONTROLS,
        page_range=CONTROLS,
        sections=[section(CONTROLS, CONTROLS, text=CONTROLS)],
        references=[reference(CONTROLS, CONTROLS)],
        figures=[Figure(CONTROLS, CONTROLS, CONTROLS, CONTROLS)],
        statements=[Statement(CONTROLS, CONTROLS, CONTROLS, 1, 0, 0, [Grant(CONTROLS, CONTROLS)])],
        footnotes=[Footnote(CONTROLS, CONTROLS, CONTROLS, 1, 0, 0)],
        tables=[Table(CONTROLS, CONTROLS, CONTROLS, CONTROLS, note=CONTROLS, rows=[[Cell(CONTROLS)]])],
    ),
    "only control characters": Document(
        title="\x00", abstract="\x00\n\n\x01", keywords=["\x02"], sections=[section("\x03", text="\x04")]
    ),
    "blank lines": Document(
        title=" ", abstract="\n\n\n\n", sections=[section(text="\n\n \n\n")], references=[reference(" ")]
    ),
}


def write_paper(to):
    return write_document(read_document(PAPER), to)


# A function of a format for each: all kinds, those with references also with these parsed, and a paper
WRITTEN = {kind: doc.to for kind, doc in KINDS.items()}
WRITTEN |= {f"{kind}, parsed": partial(write_document, doc) for kind, doc in KINDS.items() if doc.references}
WRITTEN |= {"a paper": write_paper}
