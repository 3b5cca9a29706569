"""Code as users write it, for a type checker: `tests/test_typing.py` runs mypy over it. Nothing here is executed."""

from pathlib import Path

from typing_extensions import assert_type

import sciassist
from sciassist import (
    DatasetExtraction,
    Document,
    NamedEntityRecognition,
    ReferenceStringParsing,
    Summarization,
    TextClassification,
    read_document,
)
from sciassist.core import InputError, SciAssistError
from sciassist.pipelines.components.entity_mentions import Entity, Mention
from sciassist.pipelines.entity_recognition import DatasetMentions, TaggedText, TaggedTexts
from sciassist.pipelines.pipeline import Span
from sciassist.pipelines.reference_string_parsing import ParsedReference, ParsedReferences
from sciassist.pipelines.summarization import Summaries, Summary
from sciassist.pipelines.text_classification import LabelledText, LabelledTexts

assert_type(sciassist.__version__, str)


def papers() -> None:
    document = read_document("paper.pdf")
    assert_type(document, Document)
    assert_type(document.title, str)
    assert_type(document.references[0].text, str)


def references() -> None:
    parser = ReferenceStringParsing("default", "cpu", batch_size=8, threads=2, clean="latex")
    one = parser.predict("Turing, A. M. (1950). Computing machinery and intelligence. Mind, 59, 433-460.")
    assert_type(one, ParsedReference)
    assert_type(one.fields, dict[str, list[str]])
    assert_type(one.spans, list[Span])
    assert_type(one.spans[0]["start"], int)
    assert_type(one.tokens, list[str])
    assert_type(one.tags, list[str])
    assert_type(one.tagged_text, str)
    assert_type(one.score, float)
    assert_type(one.text, str)
    assert_type(one.warnings, list[str])
    assert_type(one.error, str | None)
    assert_type(one.failed, bool)
    assert_type(one.type, str)
    print(one["tagged_text"], one["tokens"], one["tags"])  # SciAssist's keys
    many = parser.predict(["…", "…"], min_score=0.5, dehyphen=True)
    assert_type(many, ParsedReferences)
    assert_type(many[0], ParsedReference)
    assert_type([r.fields for r in many], list[dict[str, list[str]]])
    assert_type(many.to("bibtex"), str)
    assert_type(parser.predict("…", split=True), ParsedReferences)
    assert_type(parser.predict(Path("paper.pdf")), ParsedReferences)
    assert_type(parser.predict("refs.txt", type="txt"), ParsedReferences)
    assert_type(parser.predict(read_document("paper.pdf")), ParsedReferences)


def entities() -> None:
    ner = NamedEntityRecognition("scientific", types=["Method"])
    one = ner.predict("We use BERT.")
    assert_type(one, TaggedText)
    assert_type(one.spans[0]["text"], str)
    assert_type(one.mentions, list[Mention])
    assert_type(one.entities[0]["forms"], dict[str, int])
    many = ner.predict(Path("paper.pdf"), min_score=0.5)
    assert_type(many, TaggedTexts)
    assert_type(many.entities, list[Entity])
    data = DatasetExtraction().extract("paper.pdf", type="pdf")
    assert_type(data, DatasetMentions)
    assert_type(data.all_dataset_mentions, list[str])


def summaries() -> None:
    summarizer = Summarization()
    one = summarizer.predict("Parsers are slow. We propose a small parser.", length=30, keywords=["parser"])
    assert_type(one, Summary)
    assert_type(one.summary, list[str])
    assert_type(one.notes, list[str])
    assert_type(one.keywords, dict[str, bool])
    many = summarizer.predict(["…", "…"])
    assert_type(many, Summaries)
    assert_type(many[0].summary, list[str])


def labels() -> None:
    classifier = TextClassification("mine")
    one = classifier.predict("We counted rushes.")
    assert_type(one, LabelledText)
    assert_type(one.label, str | None)
    assert_type(one.scores, dict[str, float])
    assert_type(classifier.predict(["…"]), LabelledTexts)


def errors() -> str:
    try:
        return ReferenceStringParsing().predict("…").text
    except InputError as e:
        assert_type(e, InputError)
        return str(e)
    except SciAssistError as e:
        return str(e)


def mistakes() -> None:
    _ = ReferenceStringParsing().predict("…").feilds  # type: ignore[attr-defined]
    ReferenceStringParsing(modell="cora")  # type: ignore[call-arg]
    _ = sciassist.ReferenceStringParser  # type: ignore[attr-defined]
