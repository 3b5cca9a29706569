"""Papers as HTML: everything printed is text, and every link leads somewhere."""

from html.parser import HTMLParser

import pytest
from conftest import PAPER, sciassist
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_documents import KINDS

from sciassist.documents.document import (
    Author,
    Cell,
    Document,
    Equation,
    Figure,
    Footnote,
    Reference,
    Section,
    Table,
)

ALLOWED = set(
    "html head meta title style body article header h1 h2 h3 h4 h5 h6 p span sup ol ul li a section figure figcaption"
    " strong table tr td th".split()
)


class Page(HTMLParser):
    """Collect the elements, names and links of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.names, self.links, self.attributes, self.text = set(), [], [], set(), []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        self.names += [value for name, value in attributes if name == "id"]
        self.links += [value for name, value in attributes if name == "href"]

    def handle_data(self, data):
        self.text.append(data)


def check(page):
    found = Page(page)
    assert found.tags <= ALLOWED and not any(name.startswith("on") for name in found.attributes)
    assert len(found.names) == len(set(found.names))
    for link in found.links:
        assert link.startswith("https://doi.org/") or link[1:] in found.names
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_is_safe(kind):
    check(KINDS[kind].to("html"))


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;</title></style>"


def test_markup_in_a_paper_is_text():
    doc = Document(
        title=HOSTILE,
        authors=[Author(HOSTILE)],
        abstract=HOSTILE,
        keywords=[HOSTILE],
        doi=HOSTILE,
        language='en" onload="x',
        sections=[Section(HOSTILE, HOSTILE, 1, HOSTILE, 1, 0, 0)],
        references=[Reference(HOSTILE, HOSTILE, 1, 0, 0)],
        figures=[Figure(HOSTILE, HOSTILE, HOSTILE, HOSTILE)],
        tables=[Table(HOSTILE, HOSTILE, rows=[[Cell(HOSTILE)]], note=HOSTILE)],
    )
    page = doc.to("html")
    assert "".join(check(page).text).count(HOSTILE) >= 12 and "<script" not in page and "<img" not in page


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_safe(text):
    check(Document(title=text, abstract=text, doi=text, sections=[Section(None, text, 9, text, 1, 0, 0)]).to("html"))


def test_a_paper_links_its_callouts():
    done = sciassist("read", PAPER, "--to", "html")
    found = check(done.stdout.decode())
    assert {"#b0", "#fig_0", "#tab_0"} <= set(found.links)


def test_a_table_as_csv():
    rows = [[Cell("river", rows=2), Cell("width", columns=2)], [Cell("m"), Cell("=1+1")], [Cell("a,b")]]
    assert Table("tab_0", "", rows=rows).to_csv() == "river,width,\n,m,'=1+1\n\"a,b\",,\n"
    assert Table("tab_0", "").to_csv() == ""


@pytest.mark.parametrize("to", ["html", "markdown", "jats"])
def test_an_equation_of_a_pdf_stands_in_its_section_once(to):
    sections = [Section("1", "Banks", 1, "Left.", 1, 0, 5), Section("2", "Beds", 1, "Right.", 1, 6, 12)]
    equation = Equation("formula_0", "(1)", "b = 2a", 1, 13, 19, at=5)
    written = Document(text="Left.\nRight.\nb = 2a", sections=sections, equations=[equation]).to(to)
    assert written.count("b = 2a") == 1
    assert written.index("Left.") < written.index("b = 2a") < written.index("Beds")


@pytest.mark.parametrize("to", ["html", "markdown", "jats", "tei"])
def test_an_equation_stands_between_the_lines_that_it_stood_between(to):
    text = "Rivers flow [1] at\nwhere v is speed.\n\nThey end.\nv = s"
    section = Section("1", "Banks", 1, "Rivers flow [1] at where v is speed.\n\nThey end.", 1, 0, 47)
    equations = [Equation("formula_0", "(1)", "v = s", 1, 48, 53, at=19)]
    written = Document(text=text, sections=[section], equations=equations).to(to)
    order = [written.index(t) for t in ("flow [1] at" if to != "markdown" else "flow", "v = s", "where v", "They end.")]
    assert order == sorted(order) and written.count("v = s") == 1


def test_notes_are_written_in_markdown():
    note = Footnote("foot_0", "*", "Deceased.", 1, 0, 9)
    assert "- \\* Deceased." in Document(text="Deceased.", footnotes=[note]).to("markdown")
