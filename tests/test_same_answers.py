"""A shipped model gives an input the same answer, to the last digit, alone and in any batch, order and thread count."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

import numpy as np
import pytest
from conftest import PAPER, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from sciassist import NamedEntityRecognition, ReferenceStringParsing, Summarization
from sciassist.bibliography.work_types import predict_type
from sciassist.documents.line_labels import label_lines
from sciassist.models.bundle import load_bundle
from sciassist.pages.pdf import read_pages
from sciassist.pages.role_model import estimate_roles
from sciassist.utils.token_classification import glue_words, split_words

LINES = (ROOT / "demo" / "references.txt").read_text(encoding="utf-8").splitlines()
SENTENCES = [
    "Parsers for references are slow.",
    "We propose a small parser that reads a thousand references a second on one core.",
    "On CORA its macro F1 is 95.0, and 98.2 % of all tokens are labelled right.",
    "Code and data are online.",
    "It was fine-tuned on SQuAD and CoNLL-2003 with BERT.",
    "Tide tables are computed once a year, and they are wrong after a storm.",
    "Ok.",
]
PROPERTY = settings(max_examples=12, deadline=None, derandomize=True)


def pieces(texts: list[str]):
    "Draw a text, or a stretch of its words."
    whole = st.sampled_from(texts)
    return st.builds(lambda t, a, n: " ".join(t.split()[a : a + n]), whole, st.integers(0, 6), st.integers(1, 80))


def words_of(text: str) -> list[str]:
    return glue_words(text, split_words(text))


def assert_same(one, other):
    "Compare labels and probabilities, exactly."
    for a, b in zip(one, other):
        assert np.array_equal(a, b)


@pytest.fixture(scope="module")
def bundles():
    return {name: load_bundle(name, "cpu") for name in ("references", "cora", "entities", "summaries")}


@pytest.mark.parametrize("name,texts", [("references", LINES), ("cora", LINES), ("entities", SENTENCES)])
def test_labels_do_not_depend_on_neighbours(bundles, name, texts):
    bundle = bundles[name]

    @PROPERTY
    @given(st.data())
    def check(data):
        records = [words_of(t) for t in data.draw(st.lists(pieces(texts), min_size=1, max_size=12))]
        which = [data.draw(st.sampled_from([None, *bundle.conventions])) for _ in records]
        order = data.draw(st.permutations(range(len(records))))
        bundle.threads = data.draw(st.sampled_from([1, 2]))
        size = data.draw(st.integers(1, 9))
        together = bundle.tag([records[i] for i in order], size, convention=[which[i] for i in order])
        for i, found in zip(order, together):
            (alone,) = bundle.tag([records[i]], convention=which[i])
            assert_same(found, alone)

    check()


def test_probabilities_do_not_depend_on_neighbours(bundles):
    bundle, records = bundles["references"], [words_of(t) for t in LINES]
    together = bundle.probabilities(records, 7)
    for record, found in zip(records, together):
        assert_same([found], bundle.probabilities([record]))


def test_sentence_scores_do_not_depend_on_batches(bundles):
    bundle = bundles["summaries"]

    @PROPERTY
    @given(st.lists(pieces(SENTENCES), min_size=1, max_size=60), st.integers(2, 9))
    def check(sentences, size):
        bundle.threads = 2
        scores, chances = bundle.score_sentences(sentences, size)
        bundle.threads = 1
        alone, words = bundle.score_sentences(sentences, 1)
        assert_same([scores, *chances], [alone, *words])

    check()


@pytest.mark.parametrize("threads", [1, 2])
def test_parsed_references_are_the_same_in_any_order(threads):
    parser = ReferenceStringParsing(device="cpu", threads=threads)
    order = np.random.default_rng(threads).permutation(len(LINES))
    together = dict(zip(order, parser.predict([LINES[i] for i in order])))
    for i, line in enumerate(LINES):
        assert together[i] == parser.predict(line)


def test_entities_and_summaries_are_the_same_in_any_order():
    entities, summarizer = NamedEntityRecognition(device="cpu"), Summarization(device="cpu")
    texts = [" ".join(SENTENCES[i : i + 4]) for i in range(4)]
    for pipeline in (entities, summarizer):
        together = pipeline.predict(texts[::-1])[::-1]
        for text, found in zip(texts, together):
            assert found == pipeline.predict(text)


def role_probabilities(pages):
    pages = deepcopy(pages)  # their lines are given roles and put in order
    labelled = label_lines(pages)
    return estimate_roles(labelled.lines, pages, labelled.typography).probabilities


def test_roles_of_lines_do_not_depend_on_other_papers():
    pages = read_pages(PAPER)
    some = st.lists(st.integers(0, len(pages) - 1), min_size=1, unique=True)

    @PROPERTY
    @given(st.lists(some, min_size=1, max_size=6), st.sampled_from([1, 2]))
    def check(numbers, threads):
        papers = [[pages[i] for i in paper] for paper in numbers]
        with threadpool_limits(1):  # As in the process that reads; on some processors two change the last digit
            with ThreadPoolExecutor(threads) as pool:
                together = list(pool.map(role_probabilities, papers))
            assert_same(together, map(role_probabilities, papers))

    check()


def test_types_of_works_do_not_depend_on_what_was_asked_before():
    fields = [dict(r.fields) for r in ReferenceStringParsing(device="cpu").predict(LINES)]
    types = [predict_type(f) for f in fields]
    assert types[::-1] == [predict_type(f) for f in fields[::-1]]


def test_every_shipped_model_is_among_these_tests():
    shipped = {p.name for p in (ROOT / "sciassist" / "weights").iterdir() if p.is_dir() and p.name[0] not in "_."}
    assert shipped == {"references", "cora", "entities", "summaries", "page-layout", "work-types"}
