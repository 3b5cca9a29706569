"""What fields say, as the record of a parsed reference tells it: the forms that users meet."""

import pytest

from sciassist import ReferenceStringParsing
from sciassist.bibliography.csl import to_csl_item
from sciassist.bibliography.dates import iso_date
from sciassist.bibliography.format_registry import FORMATS
from sciassist.bibliography.formats import write
from sciassist.pipelines.reference_string_parsing import ParsedReference


def item(**fields):
    return ParsedReference(text="", fields={k: [v] for k, v in fields.items()}).item


def person(family, given="", **more):
    return {
        "family": family,
        **({"given": given} if given else {}),
        **{k.replace("_", "-"): v for k, v in more.items()},
    }


@pytest.mark.parametrize(
    "text, people",
    [
        ("van der Maaten, L.", [person("Maaten", "L.", non_dropping_particle="van der")]),
        (
            "L. van der Maaten and G. Hinton",
            [person("Maaten", "L.", non_dropping_particle="van der"), person("Hinton", "G.")],
        ),
        ("King, M. L., Jr.", [person("King", "M. L.", suffix="Jr.")]),
        ("Watson JD, Crick FHC", [person("Watson", "J. D."), person("Crick", "F. H. C.")]),
        ("KNUTH, Donald E.", [person("Knuth", "Donald E.")]),
        ("World Health Organization", [{"literal": "World Health Organization"}]),
    ],
)
def test_people_in_parts(text, people):
    found = item(author=text)["author"]

    def squeeze(names):
        return [{k: v.replace(" ", "").replace(".", "") for k, v in n.items()} for n in names]

    assert squeeze(found) == squeeze(people)


def test_others_are_told_and_are_no_name():
    found = item(author="Krizhevsky, A. et al.")
    assert found["author"] == [person("Krizhevsky", "A.")] and found["custom"] == {"et-al": ["author"]}


@pytest.mark.parametrize(
    "text, iso",
    [
        ("1998", "1998"),
        ("(1998a)", "1998"),
        ("March 1998", "1998-03"),
        ("12 März 1998", "1998-03-12"),
        ("12.3.1998", "1998-03-12"),
        ("1998-03-12", "1998-03-12"),
        ("3 de abril de 2001", "2001-04-03"),
        ("le 14 juillet 1989", "1989-07-14"),
        ("1998–2001", "1998/2001"),
        ("Nov. 2008", "2008-11"),
        ("MCMLXXXIV", "1984"),
    ],
)
def test_dates_to_iso_parts(text, iso):
    assert iso_date(item(date=text)["issued"]) == iso


@pytest.mark.parametrize(
    "text, page",
    [
        ("123-8", "123–128"),
        ("123–28", "123–128"),
        ("1123-38", "1123–1138"),
        ("pp. 12--19", "12–19"),
        ("S12-9", "S12–S19"),
        ("e1004", "e1004"),
        ("S. 45-67", "45–67"),
    ],
)
def test_pages_in_full(text, page):
    assert item(pages=text, journal="J")["page"] == page


@pytest.mark.parametrize(
    "label, text, variable, value",
    [
        ("doi", "doi: 10.1000/ab. cd-5.", "DOI", "10.1000/ab.cd-5"),
        ("doi", "https://doi.org/10.1000/ ab", "DOI", "10.1000/ab"),
        ("note", "DOI 10.1000/abc.", "DOI", "10.1000/abc"),
        ("url", "https://doi.org/10.1000/xyz", "DOI", "10.1000/xyz"),
        ("url", "http://www.exam- ple.org/a", "URL", "http://www.exam-ple.org/a"),
        ("arxiv", "arXiv: 1301. 3781v2", "archive_location", "1301.3781v2"),
        ("arxiv", "hep-th/9711200", "archive_location", "hep-th/9711200"),
        ("pmid", "PMID: 9377276.", "PMID", "9377276"),
        ("pmid", "PMC1234567", "PMCID", "PMC1234567"),
        ("isbn", "ISBN 978-0-262-03384-8", "ISBN", "9780262033848"),
        ("isbn", "0-306-40615-2", "ISBN", "0306406152"),
        ("issn", "ISSN 0028-0836", "ISSN", "0028-0836"),
    ],
)
def test_identifiers_are_found_and_repaired(label, text, variable, value):
    assert item(title="T", **{label: text})[variable] == value


@pytest.mark.parametrize(
    "label, text, variable",
    [("isbn", "ISBN 978-0-262-03384-9", "ISBN"), ("isbn", "0-306-40615-3", "ISBN"), ("issn", "0028-0837", "ISSN")],
)
def test_a_wrong_check_digit_is_no_identifier(label, text, variable):
    assert variable not in item(title="T", **{label: text})


def test_abbreviations_stay_as_printed():
    assert item(journal="Proc. Natl. Acad. Sci. U. S. A.")["container-title"] == "Proc. Natl. Acad. Sci. U. S. A."


@pytest.mark.parametrize(
    "kind, fields",
    [
        (
            "article-journal",
            dict(author="A. Ono", title="On nets", journal="J. Graphs", volume="3", pages="1-9", date="1999"),
        ),
        (
            "paper-conference",
            dict(
                author="A. Ono",
                title="On nets",
                booktitle="Proceedings of the 5th Conference on Graphs",
                pages="1-9",
                date="1999",
            ),
        ),
        (
            "chapter",
            dict(
                author="A. Ono",
                title="On nets",
                booktitle="The book of graphs",
                editor="B. Lee",
                publisher="Springer",
                pages="1-9",
                date="1999",
            ),
        ),
        ("book", dict(author="A. Ono", title="Nets", publisher="Springer", location="Berlin", date="1999")),
        (
            "book",
            dict(
                author="A. Ono", title="Nets", publisher="Cambridge University Press", location="Cambridge", date="1999"
            ),
        ),
        (
            "thesis",
            dict(author="A. Ono", title="On nets", tech="PhD thesis", institution="University of Graz", date="1999"),
        ),
        (
            "report",
            dict(
                author="A. Ono",
                title="On nets",
                tech="Technical Report TR-12",
                institution="University of Graz",
                date="1999",
            ),
        ),
        ("article", dict(author="A. Ono", title="On nets", arxiv="arXiv:1301.3781", date="2013")),
        ("patent", dict(author="A. Ono", title="Net", tech="US Patent 4,005,881", date="1977")),
        ("webpage", dict(author="Ono Inc.", title="Nets", url="http://www.ono.com/nets", note="accessed 3 May 2020")),
    ],
)
def test_types_of_plain_cases(kind, fields):
    r = ParsedReference(text="", fields={k: [v] for k, v in fields.items()})
    assert r.type == r.item["type"] == r.to_dict()["type"] == kind and r.type_score > 0.5


def test_everything_is_reached_from_a_result():
    r = ReferenceStringParsing().predict(
        "Watson JD, Crick FHC. Molecular structure of nucleic acids. Nature. 1953;171(4356):737-8. doi:10.1038/171737a0"
    )
    assert r.item["author"][1]["family"] == "Crick"
    assert r.item["page"] == "737–738"
    assert r.item["issued"] == {"date-parts": [[1953]]}
    assert r.item["DOI"] == "10.1038/171737a0"
    assert r.to_dict()["type"] == "article-journal"
    assert 0 < r.to_dict()["type_score"] <= 1
    assert "type" not in dict(r)


def labelled_item(*pieces):
    "The record of a reference given in pieces: plain text, or a pair of text and label."
    text, spans, fields = "", [], {}
    for piece in pieces:
        words, label = piece if isinstance(piece, tuple) else (piece, None)
        if label:
            spans.append(dict(start=len(text), end=len(text) + len(words), label=label))
            fields.setdefault(label, []).append(words)
        text += words
    return to_csl_item(dict(text=text, spans=spans, fields=fields))


@pytest.mark.parametrize(
    "before, date",
    [
        (" Accessed ", "05.03.2021"),
        (" Retrieved on ", "5 March 2021"),
        (" abgerufen am ", "5. März 2021"),
        (" (letzter Zugriff: ", "05.03.2021"),
        (" consulté le ", "5 mars 2021"),
        (" consultado el ", "5 de marzo de 2021"),
        (" ultimo accesso: ", "5 marzo 2021"),
        (" Acesso em: ", "5 mar. 2021"),
        (" geraadpleegd op ", "5 maart 2021"),
        (" [dostęp ", "5 marca 2021"),
        (" (дата обращения: ", "05.03.2021"),
        (" [cit. ", "2021-03-05"),
        (" Erişim Tarihi: ", "5 Mart 2021"),
        (" 访问日期: ", "2021年3月5日"),
        (" 閲覧日: ", "2021年3月5日"),
        (" 접속일: ", "2021년 3월 5일"),
        (" Hämtad ", "2021-03-05"),
        (" Letöltve: ", "2021. március 5."),
        (" Truy cập ngày ", "5 tháng 3 năm 2021"),
    ],
)
def test_a_date_of_access_is_no_date_of_issue(before, date):
    people, title = ("Okoro, A.", "author"), ("Sand", "title")
    found = labelled_item(people, " (", ("2018", "date"), "). ", title, ". https://a.org.", before, (date, "date"), ".")
    assert found["issued"] == {"date-parts": [[2018]]}
    assert found["accessed"] == {"date-parts": [[2021, 3, 5]]}
    for to in FORMATS:
        written = write([dict(text="", fields={"title": ["Sand"], "date": ["2018"], "note": [before + date]})], to)
        assert to in ("jsonl", "tagged") or "2018" in written


@pytest.mark.parametrize(
    "words",
    ["n.d.", "(n. d.)", "s. f.", "s.d.", "o. J.", "b.r.", "б.г.", "t.y.", "u.å.", "é.n."]
    + [
        "in press",
        "forthcoming",
        "im Druck",
        "sous presse",
        "en prensa",
        "in stampa",
        "no prelo",
        "в печати",
        "baskıda",
    ],
)
@pytest.mark.parametrize("label", ["date", "author"])
def test_words_in_place_of_a_date_are_a_status(words, label):
    record = dict(text="", fields={"title": ["Sand"], "author": ["Okoro, A."]} | {label: [words]})
    found = to_csl_item(record)
    assert found["status"] == words.strip("()") and "issued" not in found
    assert [p["family"] for p in found.get("author", ())] == (["Okoro"] if label == "date" else [])
    for to in ("bibtex", "csl-json", "ris", "tei"):
        assert words.strip("()") in write([record], to)


@pytest.mark.parametrize(
    "text, volume, issue",
    [
        ("第12巻第3号", "12", "3"),
        ("12巻3号", "12", "3"),
        ("13（4）", "13", "4"),
        ("１３（４）", "13", "4"),
        ("Vol. ２３", "23", None),
        ("제12권 제3호", "12", "3"),
        ("١٢", "12", None),
        ("cilt 7, sayı 2", "7", "2"),
        ("roč. 12, č. 3", "12", "3"),
        ("т. 64, вып. 4", "64", "4"),
    ],
)
def test_volumes_in_every_script(text, volume, issue):
    record = dict(text="", fields={"title": ["Sand"], "journal": ["Silt"], "volume": [text]})
    found = to_csl_item(record)
    assert (found.get("volume"), found.get("issue")) == (volume, issue)
    for to in ("bibtex", "csl-json", "ris", "tei"):
        assert volume in write([record], to)


@pytest.mark.parametrize("number", ["198²", "②", "2²/3", "9" * 5000, "9" * 5000 + "/" + "8" * 5000, "１" * 40])
@pytest.mark.parametrize(
    "label", ["volume", "issue", "pages", "date", "edition", "series", "tech", "isbn", "citation-number"]
)
def test_no_number_stops_a_writer(number, label):
    record = dict(text=number, fields={"title": ["Sand"], label: [number]})
    for to in FORMATS:
        assert "Sand" in write([record], to) or to == "tagged"
