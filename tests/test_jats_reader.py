"""Publishers' JATS read as documents: hostile files, other tag sets, and what is written read back."""

import json

import pytest
from conftest import PAPER, sciassist
from odd_documents import KINDS

from sciassist.core import InputError
from sciassist.documents import from_jats
from sciassist.documents.document import Document, Section, Statement
from sciassist.documents.from_jats import document_from_jats, read_jats
from sciassist.documents.reader import read_document
from sciassist.pipelines.documents import parsed_references, write_document

ARTICLE = b"<article><front><article-meta/></front>%s</article>"
NLM = b"""<?xml version="1.0"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD Journal Publishing DTD v2.3 20070202//EN" "journalpublishing.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink" xml:lang="EN"><front>
<journal-meta><journal-title>J Rivers</journal-title>
</journal-meta><article-meta><title-group><article-title>Of Rivers&mdash;and Banks</article-title></title-group>
<contrib-group><contrib contrib-type="author">
<name><surname>P&eacute;rez</surname><given-names>Jos&eacute;</given-names></name>
<xref ref-type="aff" rid="I1"/></contrib></contrib-group><aff id="I1"><label>1</label>Ulm</aff>
<fpage>1</fpage><lpage>9</lpage></article-meta></front>
<body><sec><title>Banks</title>
<p>As said [<xref ref-type="bibr" rid="B1">1</xref>-<xref ref-type="bibr" rid="B3">3</xref>].</p>
</sec></body><back><ref-list>
<ref id="B1"><label>1</label><citation citation-type="journal">
<person-group person-group-type="author"><name><surname>Berg</surname>
<given-names>A</given-names></name></person-group><article-title>Rivers</article-title><source>J Rivers</source>
<year>1999</year></citation></ref><ref id="B2"><citation>Lind P: Banks. 2001.</citation></ref>
<ref id="B3"><citation>WHO: Floods.</citation></ref></ref-list></back></article>"""


@pytest.mark.parametrize(
    "entity",
    [
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">',
        '<!ENTITY % x SYSTEM "http://example.org/x.dtd"> %x;',
        '<!ENTITY x PUBLIC "x" "y.gif" NDATA gif>',
    ],
)
def test_entities_are_refused(entity, tmp_path):
    path = tmp_path / "x.xml"
    path.write_bytes(f"<!DOCTYPE article [{entity}]>".encode() + ARTICLE % b"<body><p>&x;</p></body>")
    with pytest.raises(InputError, match="x.xml is no readable JATS: .*XML entities"):
        read_document(path)


@pytest.mark.parametrize(
    "data, message",
    [
        (b"", "no element found"),
        (b"\xff\xfe<article>", "no readable JATS"),
        (b'<?xml version="1.0" encoding="klingon"?><article/>', "unknown encoding"),
        (ARTICLE % (b"<sec>" * 200), "more than 100 deep"),
        (b"<html><body/></html>", "begins with <html>; expected JATS"),
        (b"<article><front/>", "no element found"),
        (b"<articles><article/></articles>", "no article"),
    ],
)
def test_what_is_no_article_is_said(data, message):
    with pytest.raises(InputError, match=message):
        document_from_jats(data)


def test_size_and_number_of_elements_are_limited(tmp_path, monkeypatch):
    path = tmp_path / "large.xml"
    with open(path, "wb") as f:
        f.truncate(50 * 2**20)
    with pytest.raises(InputError, match="large.xml has 50 MiB; a paper in JATS has at most 32"):
        read_jats(path)
    monkeypatch.setattr(from_jats, "MAX_ELEMENTS", 1000)
    with pytest.raises(InputError, match="more than 1,000 elements"):
        document_from_jats(ARTICLE % (b"<p/>" * 1001))


def test_the_tag_sets_before_jats_are_read():
    doc = document_from_jats(NLM)
    assert (doc.title, doc.venue, doc.page_range, doc.language) == ("Of Rivers—and Banks", "J Rivers", "1–9", "en")
    assert [(str(a), a.affiliations) for a in doc.authors] == [("José Pérez", [0])]
    assert [r.text for r in doc.references] == [
        "Berg A. Rivers. J Rivers. 1999",
        "Lind P: Banks. 2001.",
        "WHO: Floods.",
    ]
    (callout,) = doc.callouts
    assert (callout.text, callout.targets) == ("1-3", ["b0", "b1", "b2"])


def test_namespaces_and_wrappers_are_passed_over():
    article = b'<j:article xmlns:j="b"><j:front/></j:article>'
    wrapped = b'<oai:record xmlns:oai="a"><oai:metadata>%s</oai:metadata></oai:record>' % article
    assert document_from_jats(wrapped).title == ""


def test_marked_references_are_not_parsed_again():
    doc = document_from_jats(NLM)
    first = parsed_references(doc, parser=None)[0]
    assert first["fields"] == {"author": ["Berg, A"], "date": ["1999"], "title": ["Rivers"], "journal": ["J Rivers"]}
    tei = write_document(doc, "tei")
    assert "<surname>Berg</surname>" in tei and 'when="1999"' in tei


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_read_back(kind):
    doc = KINDS[kind]
    again = document_from_jats(doc.to("jats").encode())
    assert again.to("jats") == document_from_jats(again.to("jats").encode()).to("jats")
    assert all(again.text[c.start : c.end] == c.text for c in again.callouts)


def test_the_command_reads_jats(tmp_path):
    path = tmp_path / "paper.xml"
    path.write_bytes(NLM)
    done = sciassist("read", path, "--to", "text")
    assert done.returncode == 0 and "Of Rivers—and Banks" in done.stdout.decode()
    again = sciassist("read", "-", "--to", "jats", stdin=NLM)
    assert again.returncode == 0 and b"<article-title>Of Rivers" in again.stdout


def test_references_of_jats_on_standard_input_are_parsed():
    found = [json.loads(line) for line in sciassist("parse", "-", stdin=NLM).stdout.splitlines()]
    assert [r["text"] for r in found] == [r.text for r in read_document(NLM).references] != []


def test_a_paper_is_the_same_from_its_jats():
    doc = read_document(PAPER)
    again = document_from_jats(doc.to("jats").encode())
    assert [(t.label, t.caption) for t in again.tables] == [(t.label, t.caption) for t in doc.tables]
    assert [s.kind for s in again.statements] == [s.kind for s in doc.statements]
    assert again.citation_contexts().keys() == doc.citation_contexts().keys()


def test_a_statement_in_the_body_is_written_once():
    doc = Document(
        sections=[
            Section(None, "Acknowledgments", 1, "We thank the ferryman.", 1, 0, 0, "acknowledgement"),
            Section(None, "Results", 1, "It is wet.", 1, 0, 0, "results"),
        ],
        statements=[Statement("acknowledgement", "Acknowledgments", "We thank the ferryman.", 1, 0, 0)],
    )
    again = document_from_jats(doc.to("jats").encode())
    assert [s.heading for s in again.sections] == ["Acknowledgments", "Results"]
    assert [s.kind for s in again.statements] == ["acknowledgement"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "paper.xml").write_text(read_document(PAPER).to("jats"), encoding="utf-8")
    return tmp_path / "papers"


@pytest.mark.parametrize("command, words", [("parse", "Saussure"), ("summarize", "network"), ("extract", "references")])
def test_commands_read_jats_as_a_paper(folder, command, words):
    done = sciassist(command, folder / "paper.xml")
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode()
    assert words in text and "<article" not in text and "<ref" not in text
    assert command != "parse" or len(text.splitlines()) == 25


def test_a_folder_with_an_xml_that_is_no_article_is_one_failure(folder, tmp_path):
    (folder / "letter.xml").write_text("<letter/>")
    done = sciassist("read", folder, "--to", "text", "-o", tmp_path / "out")
    assert done.returncode == 1 and b"XML, and no article" in done.stderr
    assert sorted(p.name for p in (tmp_path / "out").glob("*.txt")) == ["paper.txt"]
