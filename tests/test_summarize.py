"""Summaries, from Python and from the shell, with the model that ships."""

import json
import re
from html import unescape

import pytest
from conftest import SAMPLES, shell

from sciassist import Summarization, read_document
from sciassist.core import InputError, ModelNotFoundError
from sciassist.documents.document import Document, Section

PAPER = SAMPLES / "paper.pdf"
TEXT = (
    "Tide tables are computed once a year. They are wrong after a storm. We propose a gauge that "
    "corrects its own table every hour. "
    "It was tested in four harbours. The error falls by a third, and the batteries last for two winters."
)
AS_PAPER = (
    "Better tides\n\n1 Introduction\n\nTables are wrong after a storm.\nWe propose a gauge.\n\n2 "
    "Method\n\nIt has a float.\n\n3 Conclusion\n\nThe error falls by a third.\n"
)


@pytest.fixture(scope="module")
def summarizer():
    return Summarization(threads=1)


def summarize(*args, **options):
    return shell("summarize", *map(str, args), **options)


def size(summary):
    return len(summary.split())


def check_places(result):
    for summary, sentences in zip(result["summary"], result["sentences"], strict=True):
        assert summary == " ".join(s["text"] for s in sentences)
        for s in sentences:
            assert result["raw_text"][s["start"] : s["end"]].replace("-\n", "").split() == s["text"].split()


def test_a_text(summarizer):
    result = summarizer.predict(TEXT)
    assert len(result.summary) == 1
    assert result.summary[0] in TEXT
    assert result.raw_text == TEXT
    assert len(result.sentences[0]) == 1
    check_places(result)


def test_many_texts(summarizer):
    results = summarizer.predict([TEXT, "One sentence.", "", 7], sentences=2)
    assert [len(r.get("summary", ())) for r in results] == [1, 1, 0, 0]
    assert results[0] == summarizer.predict(TEXT, sentences=2)
    assert results[3].failed
    assert "item 3: expected a string" in results[3].error


@pytest.mark.parametrize(
    "options", [{}, dict(length=50), dict(sentences=3), dict(length=45, keywords="fields"), dict(include_abstract=True)]
)
def test_a_paper(summarizer, options):
    result = summarizer.predict(PAPER, **options)
    assert result.summary[0] and not result.notes
    check_places(result)
    (streamed,) = summarizer.stream_pieces(summarizer.pieces(PAPER), **options)
    assert streamed == result == summarizer.predict(read_document(PAPER), **options)


def test_pieces_are_what_is_summarized(summarizer):
    ((text, place),) = summarizer.pieces(PAPER)
    assert text == read_document(PAPER).text and place == {}
    assert [t for t, _ in summarizer.pieces([TEXT, "b"])] == [TEXT, "b"]


def test_a_text_file_may_be_a_paper(summarizer, tmp_path):
    (plain := tmp_path / "plain.txt").write_text(TEXT.replace(". ", ".\n"), encoding="utf-8")
    (paper := tmp_path / "paper.txt").write_text(AS_PAPER, encoding="utf-8")
    assert summarizer.predict(plain).summary == summarizer.predict(TEXT).summary
    found = summarizer.predict(paper, sentences=9)
    assert [s["section"] for s in found.sentences[0]] == ["Introduction", "Introduction", "Conclusion"]
    check_places(found)
    assert "It has a float." in summarizer.predict(paper, sentences=9, keywords="float").summary[0]


@pytest.mark.parametrize("length", [1, 5, 8, 20, 33, 50, 1000])
def test_never_longer_than_asked(summarizer, length):
    for text in (TEXT, PAPER):
        result = summarizer.predict(text, length=length, num_return_sequences=3)
        assert all(size(s) <= length for s in result.summary)
        assert result.summary or "the shortest has" in result.notes[0]


def test_keywords(summarizer):
    result = summarizer.predict(TEXT, length=30, keywords=["Batteries", "harbours", "whales"])
    assert result.keywords == dict(Batteries=True, harbours=True, whales=False)
    assert result.notes == ["not in the text: whales"]
    assert "batteries" in result.summary[0]
    assert "harbours" in result.summary[0]
    assert size(result.summary[0]) <= 30
    assert summarizer.predict(PAPER, sentences=1, keywords="fields").keywords == dict(fields=True)


def test_several_summaries_differ(summarizer):
    assert len(set(summarizer.predict(TEXT, num_return_sequences=3).summary)) == 3


def test_compression_only_deletes(summarizer):
    text = (
        "However, in this paper, we propose a small parser (see Fig. 2) that reads <b>noisy</b> "
        "refer-\nences [3, 4]. It is fast."
    )
    plain, short = (summarizer.predict(text, sentences=2, compress=c) for c in (False, True))
    assert len(short.summary[0].split()) < len(plain.summary[0].split())
    for s in short.sentences[0]:
        kept = "".join(
            " " if any(a <= i < b for a, b in s["deleted"]) else text[i] for i in range(s["start"], s["end"])
        )
        assert "".join(kept.split()).replace("refer-ences", "references") == "".join(s["text"].split())
    assert "Fig. 2" in short.raw_text and "Fig. 2" not in short.summary[0]
    assert "<del> (see Fig. 2)</del>" in short._repr_html_() and "<b>" not in short._repr_html_()


@pytest.mark.parametrize("text", ["", " \n\n", "\0"])
def test_nothing_to_summarize(summarizer, text):
    result = summarizer.predict(text)
    assert result.summary == [] and result.notes == ["the text has no sentences"]


@pytest.mark.parametrize("bad", [dict(length=0), dict(sentences=-1), dict(num_return_sequences=0)])
def test_numbers_that_make_no_sense(summarizer, bad):
    with pytest.raises(InputError, match="expected a number above 0"):
        summarizer.predict(TEXT, **bad)


def test_a_book_finishes(summarizer):
    text = " ".join(
        f"Gauge number {i} was read in harbour {i % 37} before storm {i % 11} came in." for i in range(4000)
    )  # 200 pages of 20 sentences
    result = summarizer.predict(text, length=100)
    assert 50 < size(result.summary[0]) <= 100
    check_places(result)


def paper(**sections):
    """A document with these sections, sentences in a list each."""
    text, made, places = "A gauge for tides\n", [], dict(title=[1, 0, 17])
    for name, sentences in sections.items():
        start = len(text := f"{text}{name}\n")
        text += " ".join(sentences)
        if name == "abstract":
            places["abstract"] = [1, start, len(text)]
        else:
            made.append(Section(None, name, 1, text[start:], 1, start, len(text)))
        text += "\n"
    return Document(
        title="A gauge for tides",
        abstract=" ".join(sections.get("abstract", [])),
        sections=made,
        text=text,
        places=places,
    )


def test_a_book_of_sections_finishes(summarizer):
    book = paper(
        **{
            f"Chapter {c}": [
                f"Gauge number {i} of chapter {c} was read in harbour {i % 37} before storm {i % 11} came in."
                for i in range(200)
            ]
            for c in range(20)
        }
    )
    for length in (100, 3000):  # more than first and last chapter have
        result = summarizer.predict(book, length=length, num_return_sequences=2)
        assert all(0.9 * length < size(s) <= length for s in result.summary) and len(result.summary) == 2
        check_places(result)
    assert {s["section"] for s in summarizer.predict(book, length=100).sentences[0]} <= {"Chapter 0", "Chapter 19"}


def test_the_abstract_in_whole_or_in_part(summarizer):
    abstract = ["Tables are wrong after a storm.", "We propose a gauge for tides.", "The error falls by a third."]
    doc = paper(
        abstract=abstract,
        Introduction=["Harbours print tables of tides.", "Storms move the sea and all in it."],
        Conclusion=["Our gauge for tides keeps its own table right."],
    )
    assert summarizer.predict(doc, length=40).summary[0]
    assert not {"abstract"} & {s["section"] for s in summarizer.predict(doc, length=40).sentences[0]}
    assert summarizer.predict(doc, length=26, include_abstract=True).summary[0].startswith(" ".join(abstract))
    assert summarizer.predict(doc, length=8, include_abstract=True).summary == ["We propose a gauge for tides."]
    assert summarizer.predict(doc, include_abstract=True).summary == ["We propose a gauge for tides."]


def test_debris_is_left_out_unless_there_is_nothing_else(summarizer):
    debris = [
        "Figure 3: The gauge and its table for tides.",
        "Harbour 1 2.5 3.7 4.1 8.8 9.",
        "Hence x = y and h = 2 for tides.",
    ]
    kept = summarizer.predict(paper(Introduction=[*debris, "Tables of tides are wrong after a storm."]), sentences=9)
    assert kept.summary == ["Tables of tides are wrong after a storm."]
    assert summarizer.predict(paper(Introduction=debris), sentences=9).summary[0].startswith("Figure 3")


def test_long_texts_are_scored_alike_from_end_to_end(summarizer):
    sentences = [f"{s.strip()} in year {i}." for i in range(4) for s in TEXT.split(".")[:4]]
    (once, _), (thrice, _) = summarizer.score_sentences([sentences, sentences * 3])
    assert abs(once.mean()) < 1e-5 < once.std() and abs(thrice.reshape(3, 16) - once).max() < 1e-5
    assert [len(scores) for scores, _ in summarizer.score_sentences([sentences[:n] for n in (0, 1, 5)])] == [0, 1, 5]


@pytest.mark.parametrize(
    "text, summary",
    [
        ("no stop at all in this one", "no stop at all in this one"),
        ("One sentence.", "One sentence."),
        ("word " * 2000, ("word " * 2000).strip()),
    ],
)
def test_without_sentence_boundaries_the_text_is_one_sentence(summarizer, text, summary):
    assert summarizer.predict(text).summary == [summary]
    assert summarizer.predict(text, length=1).summary == []
    assert "the shortest has" in summarizer.predict(text, length=1).notes[0]


@pytest.mark.parametrize(
    "text",
    [
        (
            "Wir stellen ein neues Verfahren vor. Es ist schneller als andere Verfahren. Versuche mit vielen "
            "Daten zeigen den Nutzen."
        ),
        "潮汐表每年计算一次。 风暴之后就不准了。 我们提出一种自动校正的仪器。 误差降低了三分之一。",
    ],
)
def test_another_language_works_and_says_so(summarizer, text):
    result = summarizer.predict(text)
    assert len(result.summary) == 1 and result.summary[0] in text
    if text.isascii():
        assert "does not look like English" in result.notes[0]


def test_the_page_shows_what_was_chosen_in_its_place(summarizer):
    short = summarizer.predict(TEXT)._repr_html_()
    assert short.count("<mark") == 1 and "<details" not in short
    long = summarizer.predict(PAPER, length=60)
    html = long._repr_html_()
    assert html.count("<mark") == len(long.sentences[0])
    assert all(f">{s['text']}</mark>" in html for s in long.sentences[0])
    assert html.count("<details") >= 1

    def words(x):
        return re.sub(r"\[… [\d,]+ words …\]", "", unescape(re.sub("<[^>]+>", "", x))).replace("-\n", "").split()

    assert words(html) == long.raw_text.replace("-\n", "").split()
    assert "&lt;b&gt;" in summarizer.predict("We propose <b>. It is fast.", keywords="<i>")._repr_html_()
    assert "not in the text: &lt;i&gt;" in summarizer.predict("A.", keywords="<i>")._repr_html_()


def test_command_on_a_file():
    code, out, err = summarize(PAPER, "--length", "40", "--keywords", "fields, style")
    assert code == 0
    assert 0 < size(out) <= 40
    assert "fields" in out
    assert "style" in out
    assert not err
    row = json.loads(summarize(PAPER, "--sentences", "2", "--to", "jsonl")[1])
    assert len(row["sentences"][0]) == 2
    check_places(row)


def test_command_on_standard_input(summarizer):
    wanted = summarizer.predict(TEXT).summary[0] + "\n"
    assert summarize("-", stdin=TEXT) == summarize("-", stdin=TEXT.replace(". ", ".\n")) == (0, wanted, "")
    code, out, err = summarize("-", "--length", "1", stdin=TEXT)
    assert (code, out) == (0, "") and "no sentence has 1 words or less" in err
    assert summarize("-", stdin="")[:2] == (0, "")


@pytest.mark.parametrize("to,name", [("text", "better.txt"), ("jsonl", "better.jsonl")])
def test_command_on_a_folder(tmp_path, to, name):
    (folder := tmp_path / "papers").mkdir()
    (folder / "better.txt").write_text(AS_PAPER, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    code, _, err = summarize(str(folder), "-o", str(tmp_path / "out"), "--to", to, "-j", "1")
    assert code == 1 and "broken.pdf" in err
    text = (tmp_path / "out" / name).read_text(encoding="utf-8")
    assert text.count("\n") == 1 and (to == "text" or json.loads(text)["summary"])
    assert {json.loads(line)["state"] for line in (tmp_path / "out" / "_status.jsonl").read_text().splitlines()} == {
        "done",
        "failed",
    }


def test_command_says_what_is_wrong(tmp_path):
    out = tmp_path / "out.txt"
    code, _, err = summarize(str(tmp_path / "none.txt"), PAPER, "-o", str(out))
    assert code == 1
    assert "none.txt does not exist" in err
    assert out.read_text(encoding="utf-8")
    assert (
        summarize(PAPER, "--length", "0")[0] == summarize(PAPER, "--to", "csv")[0] == summarize(str(tmp_path))[0] == 2
    )
    with pytest.raises(ModelNotFoundError, match="no model called 'nothing'"):
        summarize(PAPER, "-m", "nothing")
