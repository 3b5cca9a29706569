"Every kind of work and every hostile string goes through every format and comes back as it was."

import json
import re
import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET
from itertools import islice
from pathlib import Path

import bibtexparser
import pytest
import rispy
from bibtexparser import middlewares as mw
from conftest import loaded_by

from sciassist.bibliography.csl import bare_title, citation_key, to_csl_item
from sciassist.bibliography.dates import parse_date
from sciassist.bibliography.field_names import FIELDS, NO_CONTENT, Field
from sciassist.bibliography.format_registry import FORMATS
from sciassist.bibliography.formats import (
    WRITERS,
    csl_items,
    entry_type,
    latex_escape,
    latex_unescape,
    stream,
    write,
)
from sciassist.bibliography.names import parse_names, tidy
from sciassist.core import InputError

TEI = "{http://www.tei-c.org/ns/1.0}"


def ref(text="", **fields):
    "A parsed reference; `citation_number` stands for `citation-number`."
    fields = {k.replace("_", "-"): [v] if isinstance(v, str) else v for k, v in fields.items()}
    return {
        "text": text or " ".join(v for vs in fields.values() for v in vs),
        "tokens": [],
        "tags": [],
        "tagged_text": "",
        "spans": [],
        "fields": fields,
        "score": 0.9,
    }


WORKS = {
    "article-journal": ref(
        author="Müller, H. and van der Berg, J.",
        title="On trees",
        journal="Ann. Bot.",
        volume="12(3)",
        pages="101-9",
        date="March 1998",
        doi="10.1000/a_b",
    ),
    "article-magazine": ref(
        author="Calvin Trillin", title="Culture Shopping", journal="New Yorker", date="15 Feb. 1993", pages="48-51"
    ),
    "article-newspaper": ref(
        author="Dawson, Chester", title="A Town Fades Away", journal="Wall Street Journal", date="4 January 2012"
    ),
    "article": ref(author="T. Mikolov, K. Chen", title="Word vectors", arxiv="arXiv:1301.3781", date="2013"),
    "paper-conference": ref(
        author="Ronneberger, O., Fischer, P.",
        title="U-Net",
        booktitle="In Proceedings of MICCAI 2015",
        editor="Navab, N. (eds.)",
        series="LNCS, vol. 9351",
        pages="234–241",
        publisher="Springer",
        location="Cham",
        date="(2015)",
    ),
    "chapter": ref(
        author="C. Ginzburg",
        title="Spie",
        booktitle="Crisi della ragione",
        editor="a cura di A. Gargani",
        location="Torino",
        publisher="Einaudi",
        date="1979",
        pages="pp. 57-106",
    ),
    "book": ref(
        author="GADAMER, Hans-Georg",
        title="Wahrheit und Methode",
        edition="4. Aufl.",
        location="Tübingen",
        publisher="J. C. B. Mohr (Paul Siebeck)",
        date="1975",
        isbn="ISBN 3-16-833912-7",
    ),
    "thesis": ref(
        author="Fielding, R. T.",
        title="Architectural Styles",
        tech="PhD thesis",
        institution="University of California, Irvine",
        date="2000",
    ),
    "report": ref(
        author="D. Callahan",
        title="Compilers",
        tech="Technical Report TR-12",
        institution="Rice University",
        date="May 1990",
    ),
    "patent": ref(author="J. Doe", title="Mousetrap", tech="US patent 4 0054 881", date="1976"),
    "dataset": ref(
        author="Fisher, R.",
        title="Iris",
        genre="[Dataset]",
        publisher="UCI Machine Learning Repository",
        doi="https://doi.org/10.24432/C56C76",
        date="1936",
    ),
    "software": ref(
        author="R Core Team", title="R", genre="computer program", date="2023", url="https://www.R-project.org/"
    ),
    "standard": ref(
        title="Guidelines for references", identifier="ISO 690:2021", publisher="ISO", location="Geneva", date="2021"
    ),
    "webpage": ref(
        author="Free Software Foundation",
        title="GNU General Public License",
        date="2007",
        note="[cited 2024 Mar 5]",
        url="https://www.gnu.org/licenses/gpl-3.0.html",
    ),
    "motion_picture": ref(contributor="Soderbergh, Steven", title="Che", genre="DVD", date="2008"),
    "map": ref(author="A. Mapper", title="Alps", genre="Map", date="1950"),
    "interview": ref(author="M. Baldwin", title="On the self", genre="Interview", date="2004"),
    "post-weblog": ref(author="M. Baldwin", title="On the self", genre="Blog post", date="2004"),
    "personal_communication": ref(author="M. Baldwin", tech="Personal communication", date="2004"),
    "speech": ref(author="R. Gupta", title="Charges", note="talk at this conference"),
    "manuscript": ref(author="P. Panario", title="Smooth polynomials", note="Submitted", date="1998"),
    "broadcast": ref(author="P. Panario", title="Smooth", genre="Podcast", date="1998"),
    "song": ref(author="P. Panario", title="Smooth", genre="CD", date="1998"),
    "document": ref(author="王小明, 李雷", title="敦煌石窟铜绿颜料的应用", date="2002"),
}
HOSTILE = {
    "braces": "a {b} c",
    "lone opening": "a { b",
    "lone closing": "a } b",
    "backslash": r"a \ b \alpha c",
    "backslash at the end": "a b\\",
    "escaped brace": r"a \{ b \} c",
    "quotes": 'a "b" c "',
    "newlines": "a\nb\r\n\n@book{x,\nc",
    "tex": r"100% of $x_1^2$ & #5 ~ \_",
    "at": "@article{x, title={y}}",
    "equals": "a = {b}, c = d",
    "comment": "% a\n%b",
    "cjk": "敦煌石窟銅緑顔料の應用과 이용",
    "rtl": "مقدمة في اللسانيات אבג",
    "controls": "a\x00b\x07c\x1fd\x85e\u2028f",
    "surrogate": "a\ud800b",
    "combining": "Cafe\u0301",
    "emoji": "a 🧬 b",
    "tags": "<b>a</b> & <title> ]]> <!-- b -->",
    "ris": "a\nER  - \nTY  - JOUR",
    "json": '{"a": [1, "b"]}',
    "nel": "a\u0085b\u2029c",
    "long": "word " * 2000,
    "long word": "x" * 10_000,
    "percent": "%7B %s {0} {{",
}
# What CSL-JSON 1.0.2 allows, as far as it can come up here.
DATES, PEOPLE = {"issued", "accessed", "original-date"}, {"author", "editor", "translator", "contributor", "director"}
STRINGS = set(
    """archive archive_location collection-number collection-title container-title DOI edition event-place genre id
    ISBN ISSN issue medium note number number-of-pages page PMCID PMID publisher publisher-place
    status title type URL volume year-suffix""".split()
)
PERSON = {"family", "given", "dropping-particle", "non-dropping-particle", "suffix"}


def check_item(item):
    assert {"id", "type"} <= item.keys() and item["type"] in {
        *WORKS,
        "entry-encyclopedia",
        "legal_case",
        "legislation",
        "post",
    }
    for name, value in item.items():
        if name in DATES:
            assert value.keys() <= {"date-parts", "season", "circa", "literal"}
            for part in value.get("date-parts", []):
                assert 1 <= len(part) <= 3 and all(type(n) is int for n in part)
            assert 1 <= len(value.get("date-parts", [1])) <= 2
        elif name in PEOPLE:
            for person in value:
                assert person
                assert all(person.values())
                assert person.keys() == {"literal"} or person.keys() <= PERSON and "family" in person
        elif name == "custom":
            assert set(value["et-al"]) <= PEOPLE
        else:
            assert name in STRINGS and isinstance(value, str) and value, (name, value)


def read_bibtex(text, names=False):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        library = bibtexparser.parse_string(
            text, append_middleware=[mw.SeparateCoAuthors(), mw.SplitNameParts()] if names else []
        )
    assert not library.failed_blocks and not library.comments
    return library.entries


def check_braces(text):
    "As BibTeX itself counts: a backslash protects nothing."
    depth = 0
    for c in text:
        depth += (c == "{") - (c == "}")
        assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize("kind", WORKS)
def test_every_kind_of_work_in_every_format(kind):
    r = WORKS[kind]
    item = to_csl_item(r)
    assert item["type"] == kind
    check_item(item)
    title = r["fields"].get("title", [""])[0]

    bib = write([r], "bibtex")
    check_braces(bib)
    (entry,) = read_bibtex(bib)
    assert entry.entry_type == entry_type(item)
    assert entry.key == item["id"]
    assert re.fullmatch("[a-z][a-z0-9]*", entry.key)
    assert latex_unescape(entry.fields_dict["title"].value if title else "") == title
    assert entry.fields_dict["doi"].value == item["DOI"] if "DOI" in item else "doi" not in entry.fields_dict

    (record,) = rispy.loads(write([r], "ris"))
    assert record.get("title", "") == title
    assert record["id"] == item["id"]
    assert record["type_of_reference"] in rispy.config.TYPE_OF_REFERENCE_MAPPING | {"UNPB": 1}
    assert record.get("authors", []) == [
        n.get("literal")
        or ", ".join(
            filter(None, (" ".join(filter(None, (n.get("non-dropping-particle"), n["family"]))), n.get("given")))
        )
        for n in item.get("author", [])
    ]

    root = ET.fromstring(write([r], "tei"))
    (bibl,) = root.iter(TEI + "biblStruct")
    assert [t.text for t in bibl.iter(TEI + "title")][:1] == ([title] if title else [])
    assert bibl.findall(f"{TEI}note[@type='raw_reference']")[0].text == tidy(r["text"])
    assert json.loads(write([r], "csl-json")) == [item] and json.loads(write([r], "jsonl")) == r


def test_all_together_have_ids_of_their_own():
    refs = [r for r in WORKS.values() for _ in range(30)]
    ids = [i["id"] for i in csl_items(refs)]
    assert (
        len(set(ids))
        == len(refs)
        == len(read_bibtex(write(refs, "bibtex")))
        == len(rispy.loads(write(refs, "ris")))
        == len(json.loads(write(refs, "csl-json")))
    )
    root = ET.fromstring(write(refs, "tei"))
    assert [b.get("{http://www.w3.org/XML/1998/namespace}id") for b in root.iter(TEI + "biblStruct")] == ids
    assert ids[0] == citation_key(to_csl_item(refs[0])) and ids[1] == ids[0] + "a"


def test_a_citation_processor_renders_every_kind():
    citeproc = pytest.importorskip("citeproc")
    from citeproc.source.json import CiteProcJSON

    items = list(csl_items(WORKS.values()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        style = citeproc.CitationStylesStyle(next(Path(citeproc.STYLES_PATH).glob("*.csl")).as_posix(), validate=False)
        bibliography = citeproc.CitationStylesBibliography(style, CiteProcJSON(items), citeproc.formatter.plain)
        for i in items:
            bibliography.register(citeproc.Citation([citeproc.CitationItem(i["id"])]))
        entries = [str(e) for e in bibliography.bibliography()]
    assert len(entries) == len(items)
    for i in items:
        assert any(i.get("title", "").lower() in e.lower() for e in entries)
    assert any("Müller, H. and van der Berg, J. (1998)" in e for e in entries)


@pytest.mark.parametrize(
    "label",
    [
        "title",
        "author",
        "journal",
        "booktitle",
        "publisher",
        "note",
        "date",
        "pages",
        "volume",
        "doi",
        "url",
        "tech",
        "edition",
        "location",
        "editor",
        "identifier",
    ],
)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_strings(label, name):
    good = dict(author="A. Smith", title="Safe", date="1999")
    refs = [ref(**{**good, label: HOSTILE[name]}), ref(**good)]
    out = {to: write(refs, to) for to in FORMATS}
    for to in out:
        out[to].encode("utf-8")
    check_item(to_csl_item(refs[0]))
    check_braces(out["bibtex"])
    entries, records = read_bibtex(out["bibtex"]), rispy.loads(out["ris"])
    assert len(entries) == len(records) == 2 and entries[1]["title"] == records[1]["title"] == "Safe"
    assert len(list(ET.fromstring(out["tei"]).iter(TEI + "biblStruct"))) == len(json.loads(out["csl-json"])) == 2
    assert [json.loads(line) for line in out["jsonl"].splitlines()] == refs
    assert len(out["tagged"].splitlines()) == 2
    if label == "title":
        expected = to_csl_item(refs[0])["title"]
        assert expected == bare_title(HOSTILE[name])
        assert latex_unescape(entries[0]["title"]) == expected == records[0]["title"]
        assert ET.fromstring(out["tei"]).find(f".//{TEI}title[@level]").text == expected


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_latex_escape_has_an_inverse(text):
    escaped = latex_escape(text)
    assert latex_unescape(escaped) == text
    check_braces(escaped)


NAMES = [
    "Ramadge, P., & Wonham, W.",
    "D. Callahan, K. D. Cooper, and K. Kennedy",
    "Wilmut I, Schnieke AE, McWhir J",
    "J. van der Berg",
    "MÜLLER, H.; de la CRUZ, M. (Hrsg.)",
    "Smith J, Jr.",
    "World Health Organization",
    "Ortega y Gasset, José",
    "Humboldt, Alexander von",
    "A. B. Smith III",
    "Jean d'Alembert",
    "Procter and Gamble Company",
    "王小明, 李雷",
    "Бояджиев, Тодор",
    "García Márquez, Gabriel José; Vargas Llosa, Mario",
    "LE MAGNEN, J.-F.",
    "al-Khwarizmi, M.",
    "boyd, danah",
    "Ohta et al.",
    "O'BRIEN, S. & McBREARTY, T.",
    "Environmental Protection Agency, United States (EPA)",
]


@pytest.mark.parametrize("text", NAMES)
def test_names_come_back_from_bibtex(text):
    r = ref(author=text, title="Safe")
    item = to_csl_item(r)
    people = item.get("author") or item["editor"]
    field = read_bibtex(write([r], "bibtex"), names=True)[0]["author" if "author" in item else "editor"]
    others = [n for n in field if n.last == ["others"]]
    assert bool(others) == ("custom" in item)
    for back, name in zip([n for n in field if n not in others], people, strict=True):

        def strip(words):
            return latex_unescape(" ".join(words))

        if "literal" in name:
            assert strip(back.last) == name["literal"]
            continue
        particle = name.get("non-dropping-particle", "")
        whole = particle + name["family"] if particle[-1:] in ("'", "-") else f"{particle} {name['family']}".strip()
        assert f"{strip(back.von)} {strip(back.last)}".strip() == whole
        assert strip(back.first) == " ".join(filter(None, (name.get("given"), name.get("dropping-particle"))))
        assert strip(back.jr) == name.get("suffix", "")


@pytest.mark.parametrize("text", NAMES)
def test_names_hold_nothing_that_is_not_in_the_source(text):
    def letters(s):
        return re.findall(r"[^\W\d_]", s.casefold())

    source = letters(text)
    for person in parse_names(text):
        for value in person.values():
            assert re.sub(r"\s", "", value).casefold() in re.sub(r"\s", "", text).casefold()
            for letter in letters(value):
                source.remove(letter)


def test_empty_and_failed_references():
    nothing = [
        {"text": "", "fields": {}},
        {"text": "???", "error": "no label"},
        ref(citation_number="[3]"),
        ref(title="—"),
        {"text": "x", "fields": None},
    ]
    assert write(nothing, "bibtex") == write(nothing, "ris") == "" and json.loads(write(nothing, "csl-json")) == []
    assert not list(ET.fromstring(write(nothing, "tei")).iter(TEI + "biblStruct"))
    assert [json.loads(line) for line in write(nothing, "jsonl").splitlines()] == nothing
    assert write(nothing[:2], "tagged") == "\n???\n"
    for to in FORMATS:
        write([], to)
    for r in nothing:
        check_item(to_csl_item(r))


def test_an_unknown_format_names_the_choices():
    with pytest.raises(
        InputError, match="no format 'docx'; choose one of jsonl, tagged, bibtex, biblatex, csl-json, ris, tei"
    ):
        write([], "docx")


@pytest.mark.parametrize("to", FORMATS)
def test_formats_take_references_as_they_come(to):
    def endless():
        while True:
            yield WORKS["book"]

    assert (
        "".join(islice(stream(endless(), to), 5)).count(
            "Gadamer" if to not in ("jsonl", "tagged") else "GADAMER" if to == "jsonl" else "\n"
        )
        >= 4
    )
    assert WRITERS[to](WORKS["book"]) == write([WORKS["book"]], to)


def test_results_with_to_dict_are_taken():
    class Result:
        def to_dict(self):
            return WORKS["book"]

    for to in FORMATS:
        assert write([Result()], to) == write([WORKS["book"]], to)


def test_importing_loads_no_writer():
    heavy = "bibtexparser", "rispy", "pylatexenc", "numpy", "torch", "fastcore"
    assert not loaded_by("import sciassist.bibliography.formats", *heavy)


@pytest.mark.parametrize(
    "junk",
    [
        "(" * 10_000,
        "and " * 3_000,
        " y e" * 3_000,
        ", " * 5_000,
        "A. " * 4_000,
        "& " * 4_000,
        "1-" * 5_000,
        "[a" * 4_000,
        "10.1000/" * 1_000,
        "http://" * 1_000,
        "é" * 10_000,
        "王" * 9_000,
        "Jan " * 3000,
    ],
)
def test_long_junk_is_converted(junk):
    to_csl_item(
        ref(
            **{
                label: junk
                for label in (
                    "author",
                    "editor",
                    "title",
                    "date",
                    "pages",
                    "volume",
                    "note",
                    "doi",
                    "url",
                    "tech",
                    "edition",
                    "series",
                    "publisher",
                    "identifier",
                    "isbn",
                    "arxiv",
                )
            }
        )
    )


def test_dates_in_seven_languages():
    for text in (
        "12 March 1999",
        "12. März 1999",
        "12 mars 1999",
        "12 de marzo de 1999",
        "12 marzo 1999",
        "12 de março de 1999",
        "12 maart 1999",
        "1999-03-12",
        "12.03.1999",
        "(1999, March 12)",
        "12th March, 1999",
    ):
        assert parse_date(text) == {"date-parts": [[1999, 3, 12]]}, text


# Every label reaches every format, and every format every command


EXAMPLES = {
    "author": "Quillwort, A.",
    "editor": "Quillwort, A.",
    "translator": "Quillwort, A.",
    "contributor": "Quillwort, A.",
    "date": "1987",
    "volume": "743",
    "issue": "743",
    "pages": "743-759",
    "edition": "743",
    "doi": "10.1000/quillwort",
    "arxiv": "arXiv:1987.07431",
    "pmid": "PMID: 23397596",
    "isbn": "9780521880688",
    "issn": "1540-8140",
    "url": "https://quillwort.org",
    "tech": "Report 743",
    "identifier": "Report 743",
}
TOLD = {
    "arxiv": "1987.07431",
    "pmid": "23397596",
    "isbn": "9780521880688",
    "pages": "743",
    "tech": "743",
    "identifier": "743",
}
WORK = {"title": ["On silt"], "author": ["Okoro, A."], "date": ["2001"], "journal": ["Sands"]}


def records_with(label):
    "A reference with one field in question, and the words that must not be lost."
    text = EXAMPLES.get(label, "Quillwort")
    return {"text": "", "fields": WORK | {label: [text]}}, TOLD.get(label, text.split(",")[0])


@pytest.mark.parametrize("label", [f for f in FIELDS if f not in NO_CONTENT])
def test_every_label_reaches_every_format(label):
    record, told = records_with(label)
    for to in FORMATS:
        if to != "tagged":  # which is the text with its tags
            assert told in write([record], to), to


def test_a_label_added_to_the_table_reaches_every_format(monkeypatch):
    monkeypatch.setitem(FIELDS, "funder", Field("funder", "note", "funder", "funder"))
    monkeypatch.setitem(FIELDS, "project", Field("project"))
    record = {"text": "", "fields": WORK | {"funder": ["Quillwort Fund"], "project": ["Silt 2000"]}}
    for to in FORMATS:
        if to != "tagged":
            written = write([record], to)
            assert "Quillwort Fund" in written and "Silt 2000" in written, to
    assert "funder = {Quillwort Fund}" in write([record], "bibtex")


def test_a_format_added_to_the_registry_is_taken_by_api_command_and_folders(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "refs.txt").write_text("Okoro, A. On silt. Sands 12, 3-9 (2001)\n", encoding="utf-8")
    code = """
import sys
from sciassist.bibliography.format_registry import FORMATS, Format

FORMATS["years"] = Format("years", ".years", lambda refs: (r["fields"]["date"][0] + "\\n" for r in refs), by_line=True)
from sciassist import ReferenceStringParsing

assert ReferenceStringParsing().predict(["Okoro, A. On silt. Sands 12, 3-9 (2001)"]).to("years") == "2001\\n"
from sciassist.cli import app

for out in ("one.txt", "folder/"):
    try:
        app(["parse", "in/refs.txt" if out == "one.txt" else "in", "--to", "years", "-o", out])
    except SystemExit as e:
        assert not e.code
"""
    done = subprocess.run(
        [sys.executable, "-c", code.replace("\\\\\\\\", "\\\\")], cwd=tmp_path, capture_output=True, text=True
    )
    assert not done.returncode, done.stderr
    assert (tmp_path / "one.txt").read_text() == "2001\n"
    assert [p.read_text() for p in (tmp_path / "folder").rglob("*.years")] == ["2001\n"]
