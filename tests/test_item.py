"""What fields say, as the record of a parsed reference tells it: the forms that users meet."""

import pytest

from sciassist import ReferenceStringParsing
from sciassist.bibliography.dates import iso_date
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
