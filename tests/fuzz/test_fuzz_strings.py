"""Any string through the pipelines and all writers: no crash, right offsets, well-formed output that reads back."""

import csv
import io
import json
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from typing import get_args, get_origin, get_type_hints
from xml.etree import ElementTree as ET

import fuzzing
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciassist import NamedEntityRecognition, ReferenceStringParsing, Summarization, read_document
from sciassist.bibliography.field_names import FIELDS
from sciassist.bibliography.format_registry import FORMATS
from sciassist.bibliography.formats import write
from sciassist.datamodules.components.labelling import labelled
from sciassist.documents.document import Document
from sciassist.documents.format_registry import FORMATS as DOCUMENT_FORMATS
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


# Ids that call-outs point to, most of them of pieces that are there.
IDS = st.sampled_from("b0 b1 b9 fig_0 tab_0 tab_1 formula_0 foot_0 foot_1 x".split())
PHRASES = st.lists(st.sampled_from(fuzzing.PIECES) | st.text(fuzzing.characters, max_size=4), max_size=4).map(" ".join)
SIMPLE = {str: PHRASES, int: st.integers(0, 60), float: st.floats(0, 900), bool: st.booleans(), type(None): st.none()}


def values(kind, name=""):
    """Return a strategy for what a field of a document may hold."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{f.name: values(hints[f.name], f.name) for f in fields(kind)})
    inner = get_args(kind)
    if get_origin(kind) is list:
        return st.lists(values(inner[0], name), max_size=2)
    if get_origin(kind) is dict:
        return st.dictionaries(PHRASES, values(inner[1]), max_size=2)
    if inner:  # "str | None"
        return st.one_of(*map(values, inner))
    return IDS if name in ("id", "targets") else SIMPLE[kind]


@given(values(Document))
def test_documents(doc):
    """Whatever a document holds, all formats can be written, and read by a program that knows the format."""
    assert Document.from_json(doc.to("json")) == doc
    written = {to: doc.to(to) for to in DOCUMENT_FORMATS}
    for text in written.values():
        text.encode("utf-8", "backslashreplace")  # As files are written
    ET.fromstring(written["tei"].encode())
    read_document(written["jats"].encode())
    HTMLParser().feed(written["html"])
    for table in doc.tables:
        list(csv.reader(io.StringIO(table.to_csv())))
    doc.citation_contexts()
    doc._repr_html_()
