"Readers of labelled data and the conventions they are mapped to, on small files in `fixtures/readers`."

import logging
import random
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from sciassist.core import InputError
from sciassist.datamodules.components.conventions import clean, tighten, to_cora_convention, to_tight
from sciassist.datamodules.components.labels import CORA_LABELS, REFERENCE_LABELS
from sciassist.datamodules.components.readers import (
    READERS,
    check_record,
    infer_format,
    read_conll,
    read_jsonl,
    read_records,
    write_jsonl,
)

FIXTURES = Path(__file__).parent / "fixtures" / "readers"
FORMATS = {
    "refs.tagged.txt": "parscit",
    "refs.tei.xml": "grobid",
    "refs.anystyle.xml": "anystyle",
    "refs.wapiti": "anystyle",
    "refs.jsonl": "jsonl",
    "ner_bio.conll": "conll",
    "ner_iob1.conll": "conll",
    "ner_bioes.tsv": "conll",
}


def fields(record):
    return [(record["text"][a:b], label) for a, b, label in record["spans"]]


@pytest.mark.parametrize("name", FORMATS)
def test_format_is_inferred_and_records_keep_the_contract(name):
    assert infer_format(FIXTURES / name) == FORMATS[name]
    records = list(read_records(FIXTURES / name))
    assert records and all(check_record(r) is r for r in records)
    assert len({r["id"] for r in records}) == len(records)
    for r in records:
        if "text" in r:
            assert r["text"].split() == r["tokens"]


@pytest.mark.parametrize("name", FORMATS)
def test_round_trip_through_jsonl(name, tmp_path):
    records = list(read_records(str(FIXTURES / name)))
    assert list(read_jsonl(write_jsonl(records, tmp_path / "a" / "b.jsonl"))) == records


def test_the_same_references_in_three_formats_are_the_same_when_tight():
    parscit, grobid, anystyle = (
        [fields(to_tight(r)) for r in read_records(FIXTURES / name)]
        for name in ("refs.tagged.txt", "refs.tei.xml", "refs.anystyle.xml")
    )
    assert parscit[:2] == grobid[:2] == anystyle[:2]
    assert grobid[0] == [
        ("Okoro, A. and Ruiz, B.", "author"),
        ("2019", "date"),
        ("Rivers of sand: a review of deltas", "title"),
        ("Annals of Hydrology", "journal"),
        ("61", "volume"),
        ("2", "issue"),
        ("23-45", "pages"),
    ]
    assert parscit[2] == grobid[2]
    assert [text for text, _ in anystyle[2]] == [
        text for text, _ in grobid[2]
    ]  # AnyStyle has no reports, no institutions


def test_tight_and_back_is_cora():
    for record in read_records(FIXTURES / "refs.tagged.txt"):
        back = to_cora_convention(to_tight(record))
        assert (back["tokens"], back["tags"]) == (record["tokens"], record["tags"])


def test_cora_convention_labels_every_token():
    for name in ("refs.tei.xml", "refs.anystyle.xml", "refs.jsonl"):
        for record in read_records(FIXTURES / name):
            assert set(to_cora_convention(record)["tags"]) <= set(CORA_LABELS)


def test_tagging_schemes_agree():
    bio, iob1, bioes = (
        [r["tags"] for r in read_conll(FIXTURES / n)] for n in ("ner_bio.conll", "ner_iob1.conll", "ner_bioes.tsv")
    )
    assert bio == bioes
    assert [t.replace("B-", "I-") for r in iob1 for t in r] == [t.replace("B-", "I-") for r in bio for t in r]
    assert bio[1] == iob1[1] == ["B-METRIC", "B-METRIC"]
    assert next(read_conll(FIXTURES / "ner_bio.conll", tag_column=1))["tags"][:2] == ["DT", "NNP"]


@pytest.mark.parametrize(
    "name, where, what",
    [
        ("broken.jsonl", "broken.jsonl:2", "not UTF-8"),
        ("broken.conll", "broken.conll:4", "line 4 has 1 column"),
        ("broken.tagged.txt", "broken.tagged.txt:2", "<title> at column 19 opens within <author>"),
        ("truncated.tei.xml", "truncated.tei.xml:3", "not well-formed"),
        ("bomb.xml", "bomb.xml:2", "XML entities"),
        ("external.xml", "external.xml:2", "XML entities"),
    ],
)
def test_errors_name_file_line_and_fault(name, where, what):
    with pytest.raises(InputError) as e:
        list(read_records(FIXTURES / name))
    assert where in str(e.value) and what in str(e.value)


@pytest.mark.parametrize(
    "name, good, faults",
    [
        ("broken.jsonl", 2, [":2:", ":3:", ":4:"]),
        ("broken.conll", 2, [":4:", ":7:"]),
        ("broken.tagged.txt", 2, [":2:", ":3:"]),
        ("truncated.tei.xml", 1, [":3:"]),
    ],
)
def test_skip_logs_each_fault_and_reads_the_rest(name, good, faults, caplog):
    with caplog.at_level(logging.WARNING, logger="sciassist"):
        records = list(read_records(FIXTURES / name, on_error="skip"))
    assert len(records) == good
    assert len(caplog.messages) == len(faults)
    assert all(name + fault in message for fault, message in zip(faults, caplog.messages))


@pytest.mark.parametrize("name", ["bomb.xml", "external.xml"])
def test_hostile_xml_is_refused_even_when_skipping(name):
    with pytest.raises(InputError, match="XML entities"):
        list(read_records(FIXTURES / name, on_error="skip"))


def test_hostile_xml_in_another_encoding(tmp_path):
    path = tmp_path / "x.xml"
    path.write_bytes((FIXTURES / "bomb.xml").read_text().replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"))
    with pytest.raises(InputError, match="XML entities"):
        list(READERS["grobid"](path))


@pytest.mark.parametrize("format", READERS)
def test_missing_file_folder_and_empty_file(format, tmp_path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(InputError, match=str(path)):
            list(read_records(path, format))
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(InputError, match="is empty"):
        read_records(tmp_path / "empty")


def test_byte_order_mark_and_windows_line_ends(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + (FIXTURES / "refs.jsonl").read_bytes().replace(b"\n", b"\r\n"))
    assert [r["id"] for r in read_records(path)] == ["spans", "tags"]
    path = tmp_path / "x.tagged"
    path.write_bytes(b"\xef\xbb\xbf" + (FIXTURES / "refs.tagged.txt").read_bytes().replace(b"\n", b"\r\n"))
    assert [fields(r) for r in read_records(path)] == [fields(r) for r in read_records(FIXTURES / "refs.tagged.txt")]


def test_reading_is_lazy(tmp_path):
    for name in ("refs.jsonl", "ner_bio.conll", "refs.tagged.txt"):
        path = tmp_path / name
        path.write_bytes((FIXTURES / name).read_bytes() + b"\n\xff\xff\n")
        assert len(list(islice(read_records(path), 2))) == 2  # the broken last line is not reached
    path = tmp_path / "big.xml"
    path.write_text("<dataset>" + "<sequence><title>Sand</title></sequence>" * 5000 + "<sequence>")
    assert len(list(islice(read_records(path), 10))) == 10


@pytest.mark.parametrize(
    "line",
    [
        '{"tokens": ["A"], "tags": [1]}',
        '{"tokens": [], "tags": []}',
        '{"tokens": [""], "tags": ["O"]}',
        '{"text": 3, "spans": []}',
        '{"text": "A", "spans": [[0, 2, "author"]]}',
        "[" * 100_000,
        '{"text": "AB", "spans": [[0, 1]]}',
        '{"text": "AB", "spans": 7}',
        '{"text": "A", "spans": null}',
        '{"id": 3, "tokens": ["A"], "tags": ["O"]}',
        '"A"',
        "{}",
    ],
)
def test_odd_json_is_an_input_error(line, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(line)
    with pytest.raises(InputError, match="x.jsonl:1: "):
        list(read_jsonl(path))


def test_tighten_stays_inside_and_is_idempotent_on_noise():
    rng = random.Random(0)
    pieces = [
        "In ",
        "(",
        ")",
        "“",
        "”",
        "‘",
        "’",
        '"',
        "'",
        "«",
        "»",
        ",",
        ".",
        " ",
        ":",
        "vol. ",
        "no. ",
        "12",
        "(3)",
        "pp. ",
        "eds.",
        "Ruiz, A.",
        "Deltas",
        "et al.",
        "doi:",
        "10.1000/x",
        "http://example.org/",
        "<i>",
        "</i>",
        "[",
        "]",
        "—",
        "-",
        "2019",
        "/",
    ]
    for _ in range(3000):
        text = "".join(rng.choices(pieces, k=rng.randint(1, 9)))
        start, end = sorted(rng.sample(range(len(text) + 1), 2))
        for label in rng.sample(REFERENCE_LABELS, 6):
            once = tighten(text, start, end, label)
            assert all(start <= a < b <= end for a, b, _ in once)
            assert all(a[1] <= b[0] for a, b in zip(once, once[1:]))
            assert [s for t in once for s in tighten(text, *t)] == once, (text, start, end, label)


def test_importing_conventions_needs_the_standard_library_alone():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import sciassist.datamodules.components.conventions as c; "
        "assert c.clean('a  b') == 'a b'; print(not {'numpy', 'torch', 'fastcore', 'transformers'} & set(sys.modules))"
    )
    root = Path(__file__).parent.parent
    out = subprocess.run([sys.executable, "-I", "-S", "-c", code, str(root)], capture_output=True, text=True)
    assert out.stdout.strip() == "True", out.stderr


def test_clean_adds_nothing():
    for record in read_records(FIXTURES / "refs.tei.xml"):
        for text, label in fields(record):
            assert "".join(clean(text, label).split()) == "".join(text.split())
