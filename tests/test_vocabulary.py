"""Every word of the vocabulary is read, and a word, language or label that is added to its table is read from there."""

import re
import subprocess
import sys

import pytest
from conftest import ENVIRONMENT

from sciassist.bibliography.csl import to_csl_item
from sciassist.bibliography.dates import parse_date, publication_status
from sciassist.bibliography.field_names import FIELDS
from sciassist.bibliography.names import parse_names
from sciassist.bibliography.values import edition_of, split_volume
from sciassist.bibliography.vocabulary import KINDS, OPTIONAL, SHORTEST_MONTH, VOCABULARY, Words, months, words
from sciassist.bibliography.work_types import guess_type
from sciassist.datamodules.components.conventions import tighten
from sciassist.datamodules.components.labels import LABEL_SETS
from sciassist.documents.reference_list import WITHOUT_YEAR

LANGUAGES = list(VOCABULARY)


def by_language(kind: str) -> list:
    """Every word of a kind, once a language."""
    return [pytest.param(code, word, id=f"{code}-{word}") for code in LANGUAGES for word in words(kind, code)]


def field(text: str, label: str) -> str:
    """What is left of a text when its field is drawn tight."""
    return "".join(text[a:b] for a, b, _ in tighten(text, 0, len(text), label))


def counted(code: str, word: str, number: int) -> str:
    """A word with its number, in the order of its language."""
    return f"{number}{word}" if VOCABULARY[code].after_number else f"{word}. {number}"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_every_kind_of_words(code):
    assert all(getattr(VOCABULARY[code], kind) for kind in KINDS)
    assert set(KINDS) | set(OPTIONAL) == {f for f in Words.__dataclass_fields__}


@pytest.mark.parametrize("code", LANGUAGES)
def test_months(code):
    for month, name in enumerate(months(code), 1):
        if len(name) >= SHORTEST_MONTH:  # the Persian May has two letters
            assert parse_date(f"12 {name} 2004") == {"date-parts": [[2004, month, 12]]}, name


@pytest.mark.parametrize("code,word", by_language("volume") + by_language("annual_volume"))
def test_words_for_volume(code, word):
    assert split_volume(counted(code, word, 12)) == ("12", "")


@pytest.mark.parametrize("code,word", by_language("issue"))
def test_words_for_issue(code, word):
    assert split_volume("7", counted(code, word, 3)) == ("7", "3")


@pytest.mark.parametrize("code,word", by_language("page"))
def test_words_for_page(code, word):
    if not VOCABULARY[code].after_number:
        assert field(f"{word}. 12-19", "pages") == "12-19"


@pytest.mark.parametrize("code,word", by_language("edition"))
def test_words_for_edition(code, word):
    assert edition_of(f"3{word}" if VOCABULARY[code].after_number else f"3. {word}.") == "3"


@pytest.mark.parametrize("role", ["editor", "translator"])
def test_words_for_people(role):
    for word in words(role):
        assert parse_names(f"Okoro, A. ({word})").role == role, word
        assert field(f"Okoro, A. ({word}.)", role) == "Okoro, A.", word


@pytest.mark.parametrize("kind,role", [("edited", "editor"), ("translated", "translator")])
def test_phrases_for_people(kind, role):
    for code in LANGUAGES:
        for done in words(kind, code):
            by = (words("by", code) + words("of", code) + ("",))[0]
            names = parse_names(f"{done} {by} Ada Okoro")
            assert names.role == role and names.people == [{"family": "Okoro", "given": "Ada"}], (done, by)


@pytest.mark.parametrize("code,word", by_language("thesis"))
def test_words_for_theses(code, word):
    if word != "speciale":  # Italian for *special*
        assert guess_type({"title": ["Silt"], "note": [word]}) == "thesis"


@pytest.mark.parametrize("code,word", by_language("accessed"))
def test_words_for_the_date_of_access(code, word):
    item = to_csl_item({"text": "", "fields": {"title": ["Silt"], "note": [f"{word} 2004-05-12"]}})
    assert item["accessed"] == {"date-parts": [[2004, 5, 12]]}


@pytest.mark.parametrize("code,word", by_language("no_date") + by_language("in_press"))
def test_words_in_place_of_a_date(code, word):
    assert publication_status(word) == word


@pytest.mark.parametrize("code,word", by_language("container"))
def test_words_in_front_of_a_container(code, word):
    assert field(f"{word}: Deltas", "booktitle") == "Deltas"


def test_rooms_that_may_not_use_the_vocabulary_have_no_words_of_their_own():
    known = {re.sub(r"\s", "", w) for kind in ("no_date", "in_press") for w in words(kind)}
    assert {re.sub(r"\s", "", w) for w in WITHOUT_YEAR} <= known


@pytest.mark.parametrize("code,word", by_language("conjunction"))
def test_words_for_and(code, word):
    one, other = {"zh": ("王小明", "李大雷"), "ja": ("山田太郎", "佐藤花子"), "ko": ("김철수", "이영희")}.get(
        code, ("Okoro, A.", "Sand, B.")
    )
    glue = f" {word} " if code != "ko" or word == "및" else f"{word} "
    assert len(parse_names(one + (word if code in ("zh", "ja") else glue) + other)) == 2
    if code not in ("zh", "ja", "ko"):
        assert [p["family"] for p in parse_names(f"Okoro, A.; Silt, C.; {word} Sand, B.")] == ["Okoro", "Silt", "Sand"]


@pytest.mark.parametrize("code,word", by_language("others"))
def test_words_for_others(code, word):
    one = {"zh": "王小明", "ja": "山田太郎", "ko": "김철수 "}.get(code, "Okoro, A. ")
    names = parse_names(one + word)
    assert names.et_al and len(names) == 1
    assert names[0] in [
        {"family": f, "given": g} for f, g in (("Okoro", "A."), ("王", "小明"), ("山田", "太郎"), ("김", "철수"))
    ]


@pytest.mark.parametrize("code,word", by_language("as_before"))
def test_words_in_place_of_names_told_before(code, word):
    names = parse_names(word)
    assert not names.people and names.as_before == word
    assert to_csl_item({"text": "", "fields": {"title": ["Silt"], "author": [word]}})["note"] == word


ROW = """
VOCABULARY["xx"] = Words(
    months="qmontha qmonthb qmonthc qmonthd qmonthe qmonthf qmonthg qmonthh qmonthi qmonthj qmonthk qmonthl",
    volume="qvol", issue="qiss", page="qpag", edition="qedi", editor="qeditor", edited="qedited",
    translator="qtrans", by="qby", container="qin", thesis="qthesis", accessed="qaccessed", no_date="q.d.",
    in_press="qpress", conjunction="qand", others="qothers",
)
"""
ADDED = """
import sys
from importlib.util import find_spec, module_from_spec
from pathlib import Path

spec = find_spec("sciassist.bibliography.vocabulary")
sys.modules[spec.name] = module = module_from_spec(spec)
last_row = 'VOCABULARY["ko"] ='
exec(Path(spec.origin).read_text(encoding="utf-8").replace(last_row, sys.argv[1] + last_row), module.__dict__)
from sciassist.bibliography.csl import to_csl_item
from sciassist.bibliography.dates import parse_date, publication_status
from sciassist.bibliography.names import parse_names
from sciassist.bibliography.values import edition_of, split_volume
from sciassist.datamodules.components.conventions import tighten
from sciassist.datamodules.synthesis import citation_styles, style_templates

def field(text, label):
    return "".join(text[a:b] for a, b, _ in tighten(text, 0, len(text), label))

def same(one, other):
    assert one == other, (one, other)

def item(**fields):
    return to_csl_item({"text": "", "fields": {"title": ["Silt"]} | {k: [v] for k, v in fields.items()}})

same(parse_date("12 qmonthe 2004"), {"date-parts": [[2004, 5, 12]]})
same(split_volume("qvol. 12, qiss. 3"), ("12", "3"))
same(edition_of("3. qedi."), "3")
assert publication_status("q. d.") and publication_status("qpress")
assert parse_names("Okoro, A. (qeditor)").role == parse_names("qedited qby A. Okoro").role == "editor"
assert parse_names("Okoro, A. (qtrans.)").role == "translator"
assert len(parse_names("Okoro, A. qand Sand, B. qothers")) == 2 and parse_names("Okoro, A. qothers").et_al
assert item(note="qthesis")["type"] == "thesis"
assert item(note="qaccessed 2004-05-12")["accessed"] == {"date-parts": [[2004, 5, 12]]}
assert field("qin: Deltas", "booktitle") == "Deltas" and field("qpag. 3-9", "pages") == "3-9"
assert field("Okoro, Ada (qeditor)", "editor") == field("qedited qby Okoro, Ada", "editor") == "Okoro, Ada"
assert style_templates.MONTHS["xx"] == module.months("xx")
assert "qedi" in citation_styles.SPECIAL_PATTERNS["edition"]
"""


def test_a_language_added_to_the_table_is_read_and_printed_everywhere():
    done = subprocess.run([sys.executable, "-c", ADDED, ROW], env=ENVIRONMENT, capture_output=True, text=True)
    assert not done.returncode, done.stderr


LABEL = """
from sciassist.bibliography.field_names import FIELDS, Field, canonical

FIELDS["funder"] = Field("funder", "note", "funder", aliases="sponsor", grobid="funder", anystyle="patron")
from sciassist.datamodules.components.labels import LABEL_SETS, label_colour, to_cora
from sciassist.datamodules.components.readers import read_records
from pathlib import Path

assert "funder" in LABEL_SETS["references"] and to_cora("funder") == "note" and canonical("sponsor") == "funder"
texts = {
    "a.xml": "<TEI><listBibl><bibl><author>Okoro</author> <funder>Silt Fund</funder></bibl></listBibl></TEI>",
    "b.xml": "<dataset><sequence><author>Okoro</author><patron>Silt Fund</patron></sequence></dataset>",
    "c.txt": "<author> Okoro </author> <sponsor> Silt Fund </sponsor>",
}
for name, text in texts.items():
    Path(name).write_text(text, encoding="utf-8")
    assert [r["tags"] for r in read_records(name)] == [["author", "funder", "funder"]], name
"""


def test_a_label_added_to_the_table_is_read_from_every_training_format(tmp_path):
    done = subprocess.run([sys.executable, "-c", LABEL], env=ENVIRONMENT, cwd=tmp_path, capture_output=True, text=True)
    assert not done.returncode, done.stderr
    assert LABEL_SETS["references"] == tuple(FIELDS)
