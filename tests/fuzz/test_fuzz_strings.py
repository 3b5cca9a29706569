"""Any string through the pipelines and all writers: no crash, right offsets, well-formed output that reads back."""

import csv
import io
import json
from xml.etree import ElementTree as ET

import fuzzing
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciassist import NamedEntityRecognition, ReferenceStringParsing, Summarization
from sciassist.bibliography.field_names import FIELDS
from sciassist.bibliography.format_registry import FORMATS
from sciassist.bibliography.formats import write
from sciassist.datamodules.components.labelling import labelled
from sciassist.documents.document import Affiliation, Author, Document, Reference, Section
from sciassist.pipelines.components.entity_mentions import ENTITY_WRITERS

LABELS = sorted({f.label for f in FIELDS.values()})
records = st.dictionaries(st.sampled_from(LABELS), st.lists(fuzzing.strings, min_size=1, max_size=3), max_size=5)


@pytest.fixture(scope="module")
def pipelines():
    return {
        p.__name__: p("default" if p is not NamedEntityRecognition else "scientific", "cpu", threads=1)
        for p in PIPELINES
    }


PIPELINES = (ReferenceStringParsing, NamedEntityRecognition, Summarization)


def check_outputs(results):
    """All formats of references can be written, and read by a program that knows the format."""
    written = {to: write(results, to) for to in FORMATS}
    for text in written.values():
        text.encode("utf-8")
    assert [json.loads(line)["text"] for line in written["jsonl"].splitlines()] == [r["text"] for r in results]
    assert len(written["tagged"].split("\n")) == len(results) + 1
    json.loads(written["csl-json"])
    ET.fromstring(written["tei"].encode())
    ET.fromstring("".join(labelled(results, "anystyle")).encode())


@given(st.lists(fuzzing.strings, min_size=1, max_size=6))
def test_references(pipelines, texts):
    results = pipelines["ReferenceStringParsing"].predict(texts)
    assert [r["text"] for r in results] == texts
    for r in results:
        assert not r.failed
        for s in r.spans:
            assert 0 <= s["start"] < s["end"] <= len(r["text"])
        ends = [s["end"] for s in r.spans]
        assert all(s["start"] >= end for s, end in zip(r.spans[1:], ends))
    check_outputs(results)


@given(st.lists(records, min_size=1, max_size=4), fuzzing.strings)
def test_records(found, text):
    spans = []
    check_outputs([dict(text=text, fields=fields, spans=spans, score=0.5) for fields in found])


@given(st.lists(fuzzing.strings, min_size=1, max_size=4))
def test_entities(pipelines, texts):
    results = pipelines["NamedEntityRecognition"].predict(texts)
    assert [r["text"] for r in results] == texts and not any(r.failed for r in results)
    for r in results:
        assert all(0 <= s["start"] < s["end"] <= len(r["text"]) for s in r["spans"])
    for write_entities in ENTITY_WRITERS.values():
        write_entities(results)
    rows = list(csv.reader(io.StringIO(ENTITY_WRITERS["csv"](results))))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows[1:] for cell in row[:1])


@given(st.lists(fuzzing.strings, min_size=1, max_size=2))
def test_summaries(pipelines, texts):
    results = pipelines["Summarization"].predict(texts)
    assert len(results) == len(texts) and not any(r.failed for r in results)
    for to in results.writers:
        results.to(to)


@given(st.lists(fuzzing.strings, min_size=12, max_size=12))
def test_documents(texts):
    a, b, c, d, e, f, g, h, i, j, k, m = texts
    doc = Document(
        title=a,
        authors=[Author(b, c, d, e, f, affiliations=[0])],
        abstract=g,
        sections=[Section(h, i, 1, j, 1, 0, 1)],
        references=[Reference(k, m, 1, 0, 1)],
        affiliations=[Affiliation(a, b, c, d, e, f, g, h, i)],
        keywords=[j, k],
        doi=m,
        dates={"received": a},
        venue=b,
        volume=c,
        page_range=d,
        language=e,
    )
    assert Document.from_dict(json.loads(json.dumps(doc.to_dict()))) == doc
    ET.fromstring(doc.to("tei").encode())
