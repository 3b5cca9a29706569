"Fields are judged as the rules say, whatever strings come, and every match is as lenient as its name promises."

import random

import pytest
from conftest import execute

from sciassist.core import InputError
from sciassist.metrics.field_metrics import (
    FIELDS,
    MATCHES,
    Counts,
    field_name,
    field_scores,
    fields_of,
    normalize,
    span_scores,
    token_scores,
    words,
)

GOLD = [
    dict(
        fields={
            "author": ["A. Okoro and Ž. Novák"],
            "title": ["On the hardness of knots"],
            "journal": ["J. Knot Theory"],
            "volume": ["12(3)"],
            "pages": ["101-9"],
            "date": ["March 1998"],
        }
    ),
    dict(
        fields={
            "author": ["王小明, 李雷"],
            "title": ["敦煌石窟铜绿颜料的应用"],
            "publisher": ["文物出版社"],
            "date": ["2002"],
        }
    ),
    dict(
        fields={
            "editor": ["Hrsg. Weiß, U."],
            "title": ["Über Straßen"],
            "booktitle": ["In: Wege", "Pfade"],
            "pages": ["S. 7–19"],
            "date": ["o. J."],
        }
    ),
    dict(fields={"title": ["مقدمة في اللسانيات"], "date": ["(1401)"], "volume": ["Bd. IV"]}),
]
HOSTILE = [
    "",
    " ",
    "\x00",
    "\ud800",
    "\u00ad",
    "'",
    "ʼn",
    "e\u0301",
    "①²",
    "٣٤",
    "a" * 1000,
    "()" * 100,
    "<i>x</i>",
    r"{\"o}",
    "\u202eabc",
    "🧬",
    "In",
    "p.",
    "vol.",
    "and",
    "ﬁ",
    "İ",
    "00",
]


@pytest.mark.parametrize("match", MATCHES)
def test_gold_is_right_by_every_match(match):
    s = field_scores(GOLD, GOLD, match)
    assert s.micro.f1 == s.macro == s.whole == s.accuracy == 1
    assert s.interval() == (1, 1)


@pytest.mark.parametrize("match", MATCHES)
def test_nothing_found(match):
    for nothing in (
        None,
        {},
        dict(fields={}),
        dict(text="x", error="item 3"),
        dict(text="", tokens=[], tags=[], spans=[], fields={}, score=0.0),
    ):
        s = field_scores(GOLD, [nothing] * 4, match)
        assert s.micro.true_positives == s.micro.false_positives == 0
        assert s.micro.false_negatives > 0
        assert s.whole == 0


@pytest.mark.parametrize("match", MATCHES)
def test_no_references(match):
    s = field_scores([], [], match)
    assert (s.micro, s.macro, s.whole, s.labels, s.interval()) == (Counts(), 0, 0, {}, (0, 0))
    assert "0 references" in s.table()


@pytest.mark.parametrize("match", MATCHES)
@pytest.mark.parametrize("name", [*FIELDS, "editor", "issue", "doi"])
def test_hostile_strings(match, name):
    rnd = random.Random(f"{match}{name}")
    for a in HOSTILE:
        b = rnd.choice(HOSTILE)
        there, back = (MATCHES[match](name, x, y) for x, y in (([a], [b, a]), ([b, a], [a])))
        assert (there.true_positives, there.false_positives, there.false_negatives) == (
            back.true_positives,
            back.false_negatives,
            back.false_positives,
        )
        same = MATCHES[match](name, [a], [a])
        assert same.false_positives == same.false_negatives == 0


def test_leniency_grows():
    "Soft forgives case and punctuation, Levenshtein a character, Ratcliff little; strict matches count for all."
    answers = {
        "exact": "On the hardness of knots",
        "case": "On The Hardness of Knots.",
        "letter": "On the hardness of knot",
        "word": "the hardness of knots",
        "half": "On the hardness",
        "other": "Something else altogether",
    }
    right = {
        m: [
            k
            for k, a in answers.items()
            if MATCHES[m]("title", GOLD[0]["fields"]["title"], [a]).true_positives == 1 and m != "words"
        ]
        for m in MATCHES
    }
    assert right["strict"] == ["exact"]
    assert right["soft"] == right["normalized"] == ["exact", "case"]
    assert right["levenshtein"] == ["exact", "case", "letter", "word"]
    assert right["ratcliff"] == ["exact", "letter"]


def test_numbers_get_no_leniency():
    for match in ("soft", "levenshtein", "ratcliff"):
        assert (
            MATCHES[match]("pages", ["1183-1210"], ["1183-1211"])
            == MATCHES[match]("pages", ["1183-1210"], ["1183--1210"])
            == Counts(0, 1, 1)
        )


@pytest.mark.parametrize(
    "name,a,b",
    [
        ("author", "Okoro, A., Novák, Ž., et al.", "Ž. Novák und A. Okoro"),
        ("editor", "In Weiß, U. (Hrsg.)", "edited by U. WEISS"),
        ("container", "In Proc. of X", "proc of x."),
        ("date", "12 March 1998a", "(1998)"),
        ("pages", "pp. 007–12", "S.7-12"),
        ("pages", "8 pp.", "8"),
        ("volume", "Vol. 64(328)", "64"),
        ("volume", "Jg. 12, Heft 3", "12"),
        ("issue", "no. 3–4", "3"),
        ("doi", "https://doi.org/10.1000/A_b", "10.1000/a_b"),
        ("title", "“E-mail’s ﬁrst” …", "Emails First"),
        ("publisher", "John Wiley & Sons", "john wiley sons"),
    ],
)
def test_conventions_are_normalized(name, a, b):
    assert MATCHES["normalized"](name, [a], [b]) == Counts(1)


@pytest.mark.parametrize(
    "name,a,b",
    [
        ("title", "Methods, formal", "Formal methods"),
        ("date", "1998", "1999"),
        ("date", "in press", "1999"),
        ("volume", "12", "13"),
        ("pages", "7-12", "7-13"),
        ("author", "A. Okoro", "A. Okoro and Ž. Novák"),
        ("container", "In", ""),
        ("title", "Café", "Cafe"),
    ],
)
def test_differences_are_not_normalized(name, a, b):
    assert MATCHES["normalized"](name, [a], [b]).true_positives == 0


def test_swapping_gold_and_answer_swaps_precision_and_recall():
    found = [dict(fields={k: v for k, v in g["fields"].items() if k != "pages"} | {"title": ["X"]}) for g in GOLD]
    for match in MATCHES:
        there = field_scores(GOLD, found, match, ("title", "date")).micro
        back = field_scores(found, GOLD, match, ("title", "date")).micro
        assert (there.precision, there.recall) == (back.recall, back.precision) and there.true_positives


def test_fields_that_gold_never_has_are_left_out():
    gold, found = [GOLD[0]], [dict(fields=GOLD[0]["fields"] | {"publisher": ["X"]})]
    assert field_scores(gold, found).whole == 1 and "publisher" not in field_scores(gold, found).labels
    s = field_scores(gold + [GOLD[1]], found + [GOLD[1]])
    assert s.whole == 0.5 and s.labels["publisher"] == Counts(1, 1)


def test_every_shape_of_record_says_the_same():
    text = "Okoro, A. (1998). On knots."
    spans = [[0, 9, "author"], [11, 15, "date"], [18, 26, "title"]]
    shapes = [
        dict(text=text, spans=spans),
        dict(text=text, spans=[dict(start=a, end=b, label=label, score=0.5) for a, b, label in spans]),
        dict(tokens=text.split(), tags=["B-author", "I-author", "B-date", "title", "title"]),
        dict(fields={"author": "Okoro, A.", "Year": ["1998"], "title": ("On knots",)}),
    ]
    for s in shapes:
        assert field_scores([shapes[0]], [s]).whole == 1
    assert field_scores([dict(text=text, spans=spans)], [dict(fields={"author": None, "title": []})]).micro == Counts(
        0, 0, 3
    )


@pytest.mark.parametrize(
    "label,name",
    [
        ("journal", "container"),
        ("booktitle", "container"),
        ("container-title", "container"),
        ("Container_Title", "container"),
        ("issued", "date"),
        ("I-year", "date"),
        ("vol", "volume"),
        ("page", "pages"),
        ("number", "issue"),
        ("place", "location"),
        ("school", "institution"),
        ("web", "url"),
        ("citation_number", "citation-number"),
        ("new", "new"),
    ],
)
def test_names(label, name):
    assert field_name(label) == name


def test_words_of_nothing():
    assert words("—…“”()") == []
    assert normalize("author", "et al.") == []
    assert normalize("title", "") == []
    assert normalize("volume", "vol.") == ["vol"]
    assert normalize("pages", "pp.") == ["pp"]
    assert normalize("pages", "000") == ["0"]


def test_tokens():
    s = token_scores([["author", "title", "other"], ["date"]], [["author", "author", "title"], ["date"]])
    assert s.accuracy == 0.5 and s.whole == 0.5
    assert s.labels == {"author": Counts(1, 1), "date": Counts(1), "other": Counts(0, 0, 1), "title": Counts(0, 1, 1)}
    assert s.micro == Counts(2, 2, 1)  # without other
    assert s.macro == pytest.approx((2 / 3 + 1 + 0 + 0) / 4)  # with it, as gold has it
    assert token_scores([["O", "o", ""]], [["other"] * 3]).accuracy == 1
    with pytest.raises(InputError, match="reference 1 has 1 gold tags but 0"):
        token_scores([["a"], ["a"]], [["a"], []])


def test_spans():
    s = span_scores([["author", "author", "O", "author"]], [["author", "author", "author", "author"]])
    assert s.labels == {"author": Counts(0, 1, 2)} and s.whole == 0
    assert span_scores([["B-author", "B-author"]], [["B-author", "I-author"]]).micro == Counts(0, 1, 2)
    assert span_scores([["other"]], [["O"]]).whole == 1


def test_interval_holds_the_score_and_narrows():
    right, wrong = GOLD[0], dict(fields={"title": ["X"]})
    few, many = (field_scores([right] * n, [right, right, wrong] * (n // 3)) for n in (30, 600))
    for s in (few, many):
        low, high = s.interval()
        assert low < s.micro.f1 < high
    assert many.interval()[1] - many.interval()[0] < few.interval()[1] - few.interval()[0]
    assert few.interval() == few.interval()


def test_errors_name_what_is_wrong():
    with pytest.raises(InputError, match="2 gold references but 1 parsed"):
        field_scores(GOLD[:2], GOLD[:1])
    with pytest.raises(InputError, match="match='fuzzy': expected one of strict"):
        field_scores(GOLD, GOLD, "fuzzy")
    assert fields_of(dict(text="x")) == {}


def test_benchmark_writes_its_table(tmp_path):
    "What `make bench` does, on a folder with a source that was trained on and one that was not."
    from sciassist.datamodules.components.readers import write_jsonl
    from sciassist.datamodules.synthesis.synthesiser import synthesise

    for i, name in enumerate(("cora", "excite")):
        write_jsonl(
            [r | dict(subset=("en", "de")[n % 2]) for n, r in enumerate(synthesise(10, seed=i))],
            tmp_path / f"{name}.test.jsonl",
        )
    table = tmp_path / "table.md"
    execute("benchmarks/references.ipynb", tmp_path / "out.ipynb", data=str(tmp_path), table=str(table))
    lines = table.read_text(encoding="utf-8").splitlines()
    for start in (
        "| cora | 10 |",
        "| excite en | 5 |",
        "| excite de | 5 |",
        "| **sources trained on** | 10 |",
        "| **sources never seen** | 10 |",
        "| **all** | 20 |",
        "| trained on | fields |",
        "| references a second, text never seen |",
        "| shell to first result |",
        "| most memory over 400 lines |",
    ):
        assert any(line.startswith(start) for line in lines), start
