"""Footnotes and endnotes of small papers."""

import pytest
from lxml import etree
from pdf_files import pdf
from test_pdf_layouts import FONTS, WORDS, page, show

from sciassist.documents.from_pdf import read_pdf
from sciassist.documents.note_references import cited_spans, short_forms

TITLE = show(72, 750, "Of Silver in Rivers", 18) + show(72, 716, "1 Introduction", 12, "F2")


def mark(x, y, text):
    """A raised mark."""
    return show(x, y + 3, text, 6)


def note(x, y, label, text):
    return mark(x, y, label) + show(x + 4 * len(label) + 2, y, text, 8)


def paper(*pages):
    return read_pdf(pdf([page(*pieces) for pieces in pages], FONTS), roles=None)


BODY = "".join(show(72, 700 - 12 * i, " ".join(WORDS[i % 7 :])) for i in range(20))
END = show(72, 440, "Silver is rare in such a valley.") + mark(202, 440, "1")


def test_a_note_has_its_mark_and_its_text_is_no_part_of_the_body():
    doc = paper([TITLE, BODY, END, note(72, 80, "1", "The figures are those of the year before.")])
    assert [(n.label, n.text) for n in doc.footnotes] == [("1", "The figures are those of the year before.")]
    assert "figures" not in "".join(s.text for s in doc.sections)
    assert [(c.text, c.targets) for c in doc.callouts if c.kind == "footnote"] == [("1", ["foot_0"])]
    [one] = doc.footnotes
    assert doc.text[one.start : one.end] == one.text and one.page == 1 and one.boxes


def test_a_note_goes_on_at_the_foot_of_the_next_page():
    first = note(72, 70, "1", "The figures are those of the year before and the one")
    second = show(72, 90, "that came before that one.", 8) + note(72, 80, "2", "See there.")
    more = show(72, 440, "Gold is even rarer than that.") + mark(196, 440, "2")
    doc = paper([TITLE, BODY, END, first], [BODY, more, second])
    assert [n.text for n in doc.footnotes] == [
        "The figures are those of the year before and the one that came before that one.",
        "See there.",
    ]


def test_small_print_without_a_mark_in_the_text_is_no_note():
    doc = paper([TITLE, BODY, note(72, 80, "1", "Department of Rivers, Ulm"), show(72, 60, "12 pages in all", 8)])
    assert doc.footnotes == []


@pytest.mark.parametrize("heading", ["Notes", "Anmerkungen", "ENDNOTES"])
def test_endnotes_stand_below_a_heading(heading):
    ended = [show(72, 700, heading, 12, "F2")]
    for i, text in enumerate(("See Berg, Silver, Ulm 1990.", "See Lind, Gold, Bergen", "So it was said."), 1):
        ended.append(show(72, 690 - 20 * i, f"{i}. {text}", 9))
    doc = paper([TITLE, BODY, END], ended)
    assert [(n.label, n.place) for n in doc.footnotes] == [("1", "end"), ("2", "end"), ("3", "end")]
    assert heading not in [s.heading for s in doc.sections]
    assert [r.text for r in doc.references] == ["Berg, Silver, Ulm 1990."]


def test_tei_has_notes_as_grobid_writes_them():
    doc = paper([TITLE, BODY, END, note(72, 80, "1", "The figures are those of the year before.")])
    tree = etree.fromstring(doc.to("tei").encode())
    [found] = tree.findall(".//{*}body/{*}note")
    assert found.get("place") == "foot" and found.get("n") == "1" and found.findtext("{*}p") == doc.footnotes[0].text
    [ref] = tree.findall(".//{*}ref[@type='foot']")
    assert ref.get("target") == "#" + found.get("{http://www.w3.org/XML/1998/namespace}id") and ref.text == "1"


CITING = [
    "1 See Berg, Anna: Silver in Rivers, Ulm 1995, p. 45; but see Lind, B., Towns (Bonn 1996) 3.",
    "2 Ibid., p. 12.",
    "3 The figures are those of the year before and do not include towns.",
    "4 Berg (n. 1), p. 7; Sand, C. (2001): Gold. In: Journal of Rivers 12, pp. 3-9. This was so in 1990.",
]


def cited(*notes):
    """A paper whose notes stand at its end."""
    ended = [show(72, 700, "Notes", 12, "F2")] + [show(72, 670 - 20 * i, text, 8) for i, text in enumerate(notes)]
    marks = "".join(show(72, 440 - 12 * i, f"So it was said.{i + 1}") for i in range(len(notes)))
    return paper([TITLE, BODY, marks], ended)


def test_works_are_cut_out_of_notes():
    doc = cited(*CITING)
    assert [(r.text, r.note, r.kind) for r in doc.references] == [
        ("Berg, Anna: Silver in Rivers, Ulm 1995, p. 45", "foot_0", "note"),
        ("Lind, B., Towns (Bonn 1996) 3.", "foot_0", "note"),
        ("Sand, C. (2001): Gold. In: Journal of Rivers 12, pp. 3-9.", "foot_3", "note"),
    ]
    assert all(doc.text[r.start : r.end].split() == r.text.split() for r in doc.references)
    assert doc.warnings == ["there is no list of references: 3 works cut out of 2 notes"]


def test_short_forms_point_to_the_work_that_is_meant():
    doc = cited(*CITING)
    assert [(c.text, c.targets) for c in doc.callouts if c.kind == "reference"] == [
        ("Ibid.", []),  # Two works stand in the note before
        ("Berg (n. 1)", ["b0"]),
    ]
    assert [c.text for c in doc.citation_contexts()["b2"]] == ["So it was said.4"]


@pytest.mark.parametrize(
    "note, works",
    [
        ("Vgl. Anna Berg, Flüsse, Ulm 1995; Boris Lind (Hg.), Städte, Bonn 1996.", 2),
        ("Müller, A.; Schmidt, B. (2000): Flüsse und Städte, Ulm.", 1),
        ("In: Berg, A.; Lind, B. (Hg.): Flüsse, Frankfurt am Main; New York 1995, S. 3-9.", 1),
        ("Neue Zürcher Zeitung, 24.12.1997, S. 10.", 1),
        ("Si veda A. Berg, I fiumi, Milano 1995, p. 12.", 1),
        ("Roe v. Wade, 410 U.S. 113 (1973).", 1),
        ("Bundesministerium für Flüsse (2001): Bericht. Berlin.", 1),
        ("Ebd., S. 12.", 0),
        ("Berg, a.a.O., S. 12; Lind, op. cit., p. 3.", 0),
        ("Der Verfasser dankt Herrn Klaus Berger für Hinweise aus dem Jahr 1995.", 0),
        ("In 1995 the figures were not yet known to those who wrote of them.", 0),
        ("We thank A. Berg and B. Lind, who read a draft in 2001.", 0),
        ("", 0),
    ],
)
def test_notes_are_cut_into_works(note, works):
    assert len(cited_spans(note)) == works


def test_a_note_is_cut_in_linear_time():
    for text in (
        "See Berg, A.; ",
        "a",
        "(",
        "Berg ",
        "1995; ",
        "A. B. ",
        "„a",
        "see also ",
        "von der ",
        "Berg a.a.O. ",
    ):
        cited_spans(5000 * text)
        short_forms(5000 * text)
