"""Synthetic references: facts of our records, exact spans under any edit, the same records everywhere."""

import json
import os
import random
import re
import subprocess
import sys

import pytest
from conftest import REFERENCES, loaded_by

from sciassist.core import InputError
from sciassist.datamodules.components.conventions import to_tight
from sciassist.datamodules.components.labels import REFERENCE_LABELS
from sciassist.datamodules.components.readers import check_record
from sciassist.datamodules.synthesis.hand_styles import hand_styles, load_hand_styles, load_styles
from sciassist.datamodules.synthesis.noise import CHARACTER_NOISE, FIELD_NOISE, add_noise, apply_edits
from sciassist.datamodules.synthesis.style_templates import (
    NameForm,
    compile_template,
    format_people,
    print_reference,
    slot_values,
)
from sciassist.datamodules.synthesis.synthesiser import (
    TYPE_SHARES,
    Synthesiser,
    load_works,
    synthesise,
    works_from_records,
)


def test_demo_references():
    lines = REFERENCES.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 30 and all(line == line.strip() and len(line) > 40 for line in lines)
    assert sum(not line.isascii() for line in lines) > 12


def isbn_ok(isbn):
    digits = [int(c) for c in isbn if c.isdigit()]
    return len(digits) == 13 and sum(d * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0


def test_works_are_well_formed():
    for work in load_works():
        assert work["type"] in TYPE_SHARES and work["title"] and 1500 < work["issued"]["date-parts"][0][0] < 2027, work
        assert all(
            p.get("family") or p.get("literal")
            for role in ("author", "editor", "translator")
            for p in work.get(role, [])
        ), work
        assert re.fullmatch(r"10\.\d{4,5}/\S+", work.get("DOI", "10.1234/x")), work
        assert re.fullmatch(r"\w+(-\w+)?", work.get("page", "1")), work
        assert re.fullmatch(r"https?://\S+", work.get("URL", "http://x")), work
        assert "ISBN" not in work or isbn_ok(work["ISBN"]), work
        assert not re.search(r"  |[“”]$|^\s|\s$", work["title"]), work


def test_works_cover_types_and_scripts():
    works = load_works()
    assert {w["type"] for w in works} >= TYPE_SHARES.keys() - {"article-newspaper"}
    names = " ".join(w["title"] for w in works)
    for script in ("[а-я]", "[α-ω]", "[一-龥]", "[가-힣]", "[ا-ي]", "[ぁ-ん]"):
        assert re.search(script, names), script


@pytest.mark.parametrize("noise", (0, 0.1, 1))
def test_records_keep_the_contract(noise):
    for r in synthesise(400, seed=noise, noise=noise):
        check_record(r)
        assert r["source"] == "synthetic"
        assert r["spans"]
        assert " ".join(r["tokens"]) == r["text"]
        assert {label for *_, label in r["spans"]} <= set(REFERENCE_LABELS) - {"other"}
        assert all(r["text"][a:b] == r["text"][a:b].strip() for a, b, _ in r["spans"])


def test_spans_are_tight_in_the_common_convention():
    records = list(synthesise(600, seed=11, noise=0))
    assert sum(to_tight(r)["spans"] != r["spans"] for r in records) < 20


def test_spans_hold_what_the_record_says():
    for work in load_works():
        v = slot_values(work)
        for style in load_hand_styles().values():
            text, spans = print_reference(style.template, v, style.author)
            found = {label: text[a:b] for a, b, label in spans}
            for slot in ("title", "volume", "issue", "publisher", "institution", "location"):
                if slot in found and not (slot == "volume" and "series-number" in v):
                    assert found[slot] == v[slot], text
            if "author" in found:
                assert found["author"] == format_people(v["author"], style.author)


def by_characters(text, spans, edits):
    """Apply edits one character at a time; an insertion at the edge of a span stays outside."""
    owner = [next((i for i, (a, b, _) in enumerate(spans) if a <= p < b), None) for p in range(len(text))]
    out, owners, end = [], [], 0
    for a, b, new in sorted(edits):
        out += text[end:a]
        owners += owner[end:a]
        inside = owner[a] if b > a else owner[a] if 0 < a < len(text) and owner[a] == owner[a - 1] else None
        out += new
        owners += [inside] * len(new)
        end = b
    return "".join(out + list(text[end:])), owners + owner[end:]


def test_apply_edits_agrees_with_one_character_at_a_time():
    rng = random.Random(0)
    for _ in range(2000):
        text = "".join(rng.choice("abc. ") for _ in range(30))
        cuts = sorted(rng.sample(range(31), 6))
        spans = [[a, b, "title"] for a, b in zip(cuts[::2], cuts[1::2])]
        edits, at = [], 0
        while at < 28:
            at += rng.randrange(1, 8)
            one = next(((a, b) for a, b, _ in spans if a <= at < b), (at, at + 1))
            end = min(at + rng.randrange(3), one[1]) if rng.random() < 0.6 else at
            if at < len(text):
                edits.append((at, end, rng.choice(("x", "yz", " ", ""))))
            at = end + 1
        want, owners = by_characters(text, spans, edits)
        got, moved = apply_edits(text, spans, edits)
        assert got == want
        for a, b, _ in moved:
            assert got[a:b] == got[a:b].strip() and len({owners[p] for p in range(a, b) if got[p] != " "}) == 1


@pytest.mark.parametrize("change", [*CHARACTER_NOISE, *FIELD_NOISE], ids=lambda f: f.__name__)
def test_each_noise_leaves_exact_spans(change):
    source, altered = Synthesiser(seed=3, noise=0, pairs=0), 0
    for i in range(150):
        r, rng = source[i], random.Random(i)
        text, spans = (
            apply_edits(r["text"], r["spans"], change(r["text"], r["spans"], rng))
            if change in CHARACTER_NOISE
            else change(r["text"], r["spans"], rng)
        )
        altered += text != r["text"]
        assert all(0 <= a < b <= len(text) for a, b, _ in spans)
        assert all(b <= c for (_, b, _), (c, _, _) in zip(spans, spans[1:]))
        if change in CHARACTER_NOISE:
            assert [label for *_, label in spans] == [label for *_, label in r["spans"]]
    assert altered > 3


def test_noise_of_odd_texts():
    for text, spans in (("", []), ("x", [[0, 1, "title"]]), (" ", []), ("." * 5, []), ("文" * 40, [[0, 40, "title"]])):
        for i in range(50):
            out, moved = add_noise(text, spans, random.Random(i), noise=1)
            assert all(0 <= a < b <= len(out) for a, b, _ in moved)


def test_same_records_in_every_process_and_order():
    code = (
        "import json; from sciassist.datamodules.synthesis.synthesiser import synthesise; "
        "print(json.dumps(list(synthesise(40, seed=21))))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env=os.environ | {"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    source = Synthesiser(seed=21)
    assert json.loads(runs.pop()) == [source[i] for i in reversed(range(40))][::-1]
    assert source[3] != Synthesiser(seed=22)[3]


def test_needs_only_the_standard_library():
    heavy = "numpy", "torch", "citeproc", "lxml", "onnxruntime", "fastcore"
    code = "from sciassist.datamodules.synthesis.synthesiser import synthesise; next(synthesise(1))"
    assert not loaded_by(code, *heavy)


def test_style_book():
    book = load_styles()
    assert book.styles.keys() >= TYPE_SHARES.keys()
    assert sum(map(len, book.styles.values())) > 2000
    for styles in book.styles.values():
        for style in random.Random(0).sample(styles, min(200, len(styles))):
            assert compile_template(style.template) and isinstance(style.author, NameForm)


def test_a_library_of_one_work_and_of_none():
    work = {"type": "article-journal", "title": "On tests", "author": [{"family": "Doe", "given": "Jane"}]}
    assert all(r["spans"] for r in synthesise(50, works=[work]))
    assert any("On tests" in r["text"] for r in synthesise(20, works=[work], noise=0))
    with pytest.raises(InputError, match="no works to draw from"):
        next(synthesise(1, works=[]))


def test_works_from_records_recombine():
    records = list(synthesise(100, seed=1, noise=0, pairs=0, styles=hand_styles(TYPE_SHARES)))
    works = works_from_records(records)
    assert len(works) > 80
    for r in synthesise(100, works=works):
        check_record(r)


def test_bad_files(tmp_path):
    for content in ("", "{}", "[1]", "no json"):
        (tmp_path / "w.json").write_text(content)
        with pytest.raises(InputError, match="CSL-JSON"):
            load_works(tmp_path / "w.json")


def test_a_users_csl_json(tmp_path):
    works = [
        {"type": "speech", "title": "A talk", "issued": {"raw": "2001"}},
        {"title": "Untyped", "author": [{"literal": "Nobody"}]},
        {"type": "book", "title": None, "page": "12–15", "issued": {"date-parts": [["1999", "3"]]}, "volume": 4},
        {
            "type": "book",
            "title": "A <i>tag</i> & more",
            "page": 12,
            "edition": 2,
            "issued": {"date-parts": [[1999, 21, None]]},
        },
        {
            "type": "article-journal",
            "title": "x",
            "author": [{"family": "Doe", "given": None}, {"given": "Only"}, {}],
            "issued": None,
        },
        {"type": "chapter", "title": "Brackets {in} <it>", "editor": [{"family": "A|B"}], "container-title": "\\LaTeX"},
    ]
    (tmp_path / "w.json").write_text(json.dumps(works))
    for r in synthesise(50, works=load_works(tmp_path / "w.json")):
        check_record(r)
