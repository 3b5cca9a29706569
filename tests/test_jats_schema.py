"""What is written as JATS is valid against Journal Archiving 1.3.

`fixtures/jats_subset.dtd` has the elements that we write, in stricter models than those of JATS. Where the variable
`JATS_DTD` names the standard's own DTD (`schema/1.3/JATS-archivearticle1-3.dtd` of the npm package `@jats4r/dtds`),
the same files are checked against that, too.
"""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from odd_documents import CONTROLS, WRITTEN, reference, section

from sciassist.bibliography.jats import mixed_citation
from sciassist.documents.document import Affiliation, Author, Cell, Document, Figure, Statement, Table

SUBSET = Path(__file__).parent / "fixtures" / "jats_subset.dtd"


@pytest.fixture(scope="module", params=["subset", "whole"])
def dtd(request):
    path = SUBSET if request.param == "subset" else os.environ.get("JATS_DTD")
    if path is None:
        pytest.skip("the whole of JATS is checked where JATS_DTD names its DTD")
    return etree.DTD(file=str(path))


def check(dtd, jats):
    tree = etree.fromstring(jats.encode(), etree.XMLParser(load_dtd=False, no_network=True))
    assert dtd.validate(tree), "\n".join(f"{e.line}: {e.message}" for e in dtd.error_log) + "\n" + jats


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_is_written_is_valid(kind, dtd):
    check(dtd, WRITTEN[kind]("jats"))


FIELDS = {
    "nothing": {},
    "names": {"author": ["Berg, A."], "editor": ["P. Lind"], "translator": ["Institute of Rivers"]},
    "a book": {"title": ["On Rivers"], "publisher": ["Ulm Press"], "location": ["Ulm"], "edition": ["2nd ed."]},
    "an article": {"title": ["Rivers"], "journal": ["J Rivers"], "volume": ["7"], "issue": ["2"], "pages": ["1-9"]},
    "dates": {"date": ["in press", "3 May 2004"], "url": ["http://x.org/ä b"], "note": ["online"]},
    "numbers": {"doi": ["10.1000/182"], "pmid": ["PMC123"], "arxiv": ["2001.00001"], "isbn": ["978-3-16"]},
    "a report": {"tech": ["PhD thesis"], "institution": ["Ulm"], "identifier": ["12"], "series": ["LNCS"]},
    "control characters": {"title": [CONTROLS], "author": [CONTROLS], "pages": [CONTROLS], "date": [CONTROLS]},
}


def parsed(fields):
    "Print fields one after the other, as a reference with spans."
    text, spans = "", []
    for label, values in fields.items():
        for value in values:
            spans.append(dict(label=label, start=len(text), end=len(text) + len(value)))
            text += f"{value}; "
    return dict(text=text, spans=spans, fields=fields)


@pytest.mark.parametrize("kind", FIELDS)
def test_citations_are_valid_and_keep_their_text(kind, dtd):
    printed = parsed(FIELDS[kind])
    citation = mixed_citation(printed)
    assert "".join(citation.itertext()) == printed["text"]
    check(dtd, Document(references=[reference("As printed.")]).to("jats", entries=[citation]))


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
        affiliations=[Affiliation(text, heading, city=text[:3], country=text[2:])],
        page_range=pages,
        dates={"published": name, "received": pages},
        licence=ref,
        sections=[section(heading, text or None, level, text)],
        references=[reference(ref)] if listed else [],
        figures=[Figure("fig_0", ref, text[:4], caption=text)],
        statements=[Statement("funding", heading, text, 1, 0, 0)],
        tables=[Table("tab_0", text, caption=ref, note=heading, rows=[[Cell(pages), Cell(name, 2, 3, True)]])],
    )
    check(etree.DTD(file=str(SUBSET)), doc.to("jats"))


def test_the_subset_is_part_of_jats():
    "Each element that may be written is an element of the standard, with those attributes."
    if "JATS_DTD" not in os.environ:
        pytest.skip("the whole of JATS is checked where JATS_DTD names its DTD")
    ours, theirs = (
        {e.name: e for e in etree.DTD(file=str(p)).iterelements() if not e.prefix}
        for p in (SUBSET, os.environ["JATS_DTD"])
    )
    for name, element in ours.items():
        assert {a.name for a in element.iterattributes()} <= {a.name for a in theirs[name].iterattributes()}, name
