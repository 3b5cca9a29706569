"""What is made of the fields of a reference, read back from every format by the libraries that others use.

Each kind of name, number, date and work has its own inputs here, with the record that is right.
"""

import json
import xml.etree.ElementTree as ET
from html import unescape
from pathlib import Path

import bibtexparser
import pytest
import rispy
from bibtexparser import middlewares as mw

from sciassist.bibliography.csl import to_csl_item
from sciassist.bibliography.format_registry import FORMATS
from sciassist.bibliography.formats import latex_unescape, write

TEI = "{http://www.tei-c.org/ns/1.0}"
TEXTS = ("jsonl", "tagged")  # which hold the reference as it was parsed


def reference(**fields):
    "A parsed reference; `citation_number` stands for `citation-number`."
    fields = {k.replace("_", "-"): [v] if isinstance(v, str) else v for k, v in fields.items()}
    return {"text": " ".join(v for vs in fields.values() for v in vs), "spans": [], "fields": fields}


def entry(record, to="bibtex", names=False):
    "The entry that bibtexparser reads."
    middleware = [mw.SeparateCoAuthors(), mw.SplitNameParts()] if names else []
    library = bibtexparser.parse_string(write([record], to), append_middleware=middleware)
    assert not library.failed_blocks
    return library.entries[0]


def ris(record):
    return rispy.loads(write([record], "ris"))[0]


def tei(record):
    return ET.fromstring(write([record], "tei")).find(f".//{TEI}biblStruct")


def shown(*parts):
    return ", ".join(filter(None, (part.strip() for part in parts)))


def csl_people(record):
    (item,) = json.loads(write([record], "csl-json"))
    return [
        n.get("literal") or shown(f"{n.get('non-dropping-particle', '')} {n['family']}", n.get("given", ""))
        for n in item.get("author", [])
    ]


def bib_people(to):
    def read(record):
        found = entry(record, to, names=True).fields_dict.get("author")
        names = [[" ".join(part) for part in (n.von + n.last, n.first)] for n in (found.value if found else [])]
        return [latex_unescape(shown(*n)) for n in names if n != ["others", ""]]

    return read


def tei_people(record):
    out = []
    for author in tei(record).iter(TEI + "author"):
        if (body := author.find(TEI + "orgName")) is not None:
            out.append(body.text)
        else:
            surname = author.find(f".//{TEI}surname").text
            out.append(shown(surname, " ".join(f.text for f in author.iter(TEI + "forename"))))
    return out


PEOPLE = {
    "csl-json": csl_people,
    "bibtex": bib_people("bibtex"),
    "biblatex": bib_people("biblatex"),
    "ris": lambda record: ris(record).get("authors", []),
    "tei": tei_people,
}
NAMES = {
    "and behind a semicolon": [
        ("Smith, J.; Jones, K.; and Brown, T.", ["Smith, J.", "Jones, K.", "Brown, T."]),
        ("Müller, H.; Schmidt, K.; und Weber, A.", ["Müller, H.", "Schmidt, K.", "Weber, A."]),
        ("Gil, A.; Ruiz, B.; y Sanz, C.", ["Gil, A.", "Ruiz, B.", "Sanz, C."]),
        ("Okoro, A.; & Sand, B.", ["Okoro, A.", "Sand, B."]),
    ],
    "y in a surname": [
        ("José Ortega y Gasset", ["Ortega y Gasset, José"]),
        ("J. Ortega y Gasset", ["Ortega y Gasset, J."]),
        ("Ortega y Gasset", ["Ortega y Gasset"]),
        ("Ramón y Cajal, S.", ["Ramón y Cajal, S."]),
        ("Santiago Ramón y Cajal", ["Ramón y Cajal, Santiago"]),
        ("Pérez J, Ramón y Cajal S", ["Pérez, J", "Ramón y Cajal, S"]),
        ("Gómez, A., Ramón y Cajal, S. y Ruiz, B.", ["Gómez, A.", "Ramón y Cajal, S.", "Ruiz, B."]),
        ("Puig i Cadafalch, J.", ["Puig i Cadafalch, J."]),
        ("García, M. y López, P.", ["García, M.", "López, P."]),
    ],
    "slashes of German law": [
        ("Maunz/Dürig/Herzog", ["Maunz", "Dürig", "Herzog"]),
        ("Palandt/Grüneberg", ["Palandt", "Grüneberg"]),
        ("Schmidt-Bleibtreu/Hofmann/Henneke", ["Schmidt-Bleibtreu", "Hofmann", "Henneke"]),
        ("Keupp, H./Röhrle, B.", ["Keupp, H.", "Röhrle, B."]),
    ],
    "middle dots": [
        ("ガブリエル・ガルシア・マルケス", ["マルケス, ガブリエル・ガルシア"]),
        ("山田太郎・佐藤花子", ["山田, 太郎", "佐藤, 花子"]),
        ("山田・佐藤・鈴木", ["山田", "佐藤", "鈴木"]),
        ("卡尔·马克思", ["马克思, 卡尔"]),
        ("김철수·이영희", ["김, 철수", "이, 영희"]),
    ],
    "collaborations": [
        ("[ATLAS Collaboration]", ["ATLAS Collaboration"]),
        ("Abe, F. (CDF Collaboration)", ["Abe, F.", "CDF Collaboration"]),
        ("K. Abe et al. (Belle Collaboration)", ["Abe, K.", "Belle Collaboration"]),
        (
            "LIGO Scientific Collaboration, Virgo Collaboration",
            ["LIGO Scientific Collaboration", "Virgo Collaboration"],
        ),
    ],
    "several organizations": [
        ("World Bank and International Monetary Fund", ["World Bank", "International Monetary Fund"]),
        ("World Health Organization; World Bank", ["World Health Organization", "World Bank"]),
        ("WHO, UNICEF", ["WHO", "UNICEF"]),
        ("Ministry of Health and Welfare", ["Ministry of Health and Welfare"]),
        ("Food and Agriculture Organization", ["Food and Agriculture Organization"]),
        (
            "European Commission, Directorate-General for Research",
            ["European Commission, Directorate-General for Research"],
        ),
    ],
    "references to what was told before": [
        ("Ders.", []),
        ("a.a.O.", []),
        ("Müller, H., a.a.O.", ["Müller, H."]),
        ("Idem", []),
    ],
    "letters in front": [
        ("(a) Smith, J.; Brown, K.", ["Smith, J.", "Brown, K."]),
        ("(b) M. Jones, P. White", ["Jones, M.", "White, P."]),
        ("a) Okoro, A.", ["Okoro, A."]),
    ],
    "and in many languages": [
        ("Yılmaz, A. ve Kaya, B.", ["Yılmaz, A.", "Kaya, B."]),
        ("Virtanen, M. ja Korhonen, P.", ["Virtanen, M.", "Korhonen, P."]),
        ("Novák, J. a Svoboda, P.", ["Novák, J.", "Svoboda, P."]),
        ("Nguyễn Văn An và Trần Thị Bình", ["Nguyễn, Văn An", "Trần, Thị Bình"]),
        ("Popescu, I. și Ionescu, M.", ["Popescu, I.", "Ionescu, M."]),
        ("Παππάς, Α. και Δήμας, Β.", ["Παππάς, Α.", "Δήμας, Β."]),
        ("王小明和李大雷", ["王, 小明", "李, 大雷"]),
        ("和田太郎", ["和田, 太郎"]),
        ("김철수와 이영희", ["김, 철수", "이, 영희"]),
    ],
    "others in many languages": [
        ("Kowalski J., Nowak A. i in.", ["Kowalski, J.", "Nowak, A."]),
        ("Novák, J. a kol.", ["Novák, J."]),
        ("Yılmaz, A. vd.", ["Yılmaz, A."]),
        ("Sutrisno, A., dkk.", ["Sutrisno, A."]),
        ("山田太郎ほか", ["山田, 太郎"]),
        ("김철수 외", ["김, 철수"]),
    ],
    "family name first": [
        ("Kovács János és Nagy Péter", ["Kovács, János", "Nagy, Péter"]),
        ("Wang Xiaoming, Li Lei", ["Wang, Xiaoming", "Li, Lei"]),
        ("Tran Thi Hoa", ["Tran, Thi Hoa"]),
        ("János Kovács", ["Kovács, János"]),
        ("Xiaoming Wang", ["Wang, Xiaoming"]),
    ],
    "names of Japan and Korea": [
        ("高橋誠", ["高橋, 誠"]),
        ("佐々木健太", ["佐々木, 健太"]),
        ("山田はなこ", ["山田, はなこ"]),
        ("森鴎外", ["森, 鴎外"]),
        ("服部太郎", ["服部, 太郎"]),
        ("フーコー, M.", ["フーコー, M."]),
        ("스티븐 호킹", ["호킹, 스티븐"]),
        ("남궁억", ["남궁, 억"]),
    ],
    "organizations of East Asia": [
        ("内閣府", ["内閣府"]),
        ("通信社", ["通信社"]),
        ("世界银行", ["世界银行"]),
        ("中华人民共和国国务院", ["中华人民共和国国务院"]),
        ("통계청", ["통계청"]),
        ("한국은행", ["한국은행"]),
    ],
    "middle dots in Chinese": [
        ("加西亚・马尔克斯", ["马尔克斯, 加西亚"]),
        ("[俄]列夫·托尔斯泰", ["托尔斯泰, 列夫"]),
        ("（美）约翰·史密斯 著", ["史密斯, 约翰"]),
    ],
    "words for authors": [
        ("夏目漱石［著］", ["夏目, 漱石"]),
        ("김철수 지음", ["김, 철수"]),
        ("马克思著，郭大力著", ["马, 克思", "郭, 大力"]),
        ("Okoro A, inventor", ["Okoro, A"]),
    ],
    "on behalf of others": [
        ("Aad, G. for the ATLAS Collaboration", ["Aad, G.", "the ATLAS Collaboration"]),
        ("Smith J, Jones K, on behalf of the SILT Study Group", ["Smith, J", "Jones, K", "the SILT Study Group"]),
    ],
    "acronyms beside names": [
        ("European Commission and OECD", ["European Commission", "OECD"]),
        ("World Health Organization, UNICEF", ["World Health Organization", "UNICEF"]),
        ("United Nations and World Bank", ["United Nations", "World Bank"]),
    ],
    "the same people again": [
        ("Ders./Müller, H.", ["Müller, H."]),
        ("Müller, H. / Ders.", ["Müller, H."]),
        ("K. Jones, ibid", ["Jones, K."]),
        ("Idem, Eadem", []),
    ],
    "two surnames, and another person": [
        ("José Ortega y Gasset y Julián Marías", ["Ortega y Gasset, José", "Marías, Julián"]),
        ("Ortega y Gasset, J. y Marías, J.", ["Ortega y Gasset, J.", "Marías, J."]),
    ],
}
ROLES = {  # a list of editors or translators → the names, family names first
    "editor": [
        ("田中美咲（編）", ["田中, 美咲"]),
        ("田中美咲（編著）", ["田中, 美咲"]),
        ("山田太郎・佐藤花子（編）", ["山田, 太郎", "佐藤, 花子"]),
        ("王力（主编）", ["王, 力"]),
        ("王力等编", ["王, 力"]),
        ("王力 编", ["王, 力"]),
        ("김철수 편", ["김, 철수"]),
        ("김철수(편)", ["김, 철수"]),
        ("김철수 엮음", ["김, 철수"]),
        ("Smith, J. 編", ["Smith, J."]),
        ("Smith, J.［编］", ["Smith, J."]),
    ],
    "translator": [
        ("傅雷（译）", ["傅, 雷"]),
        ("郭大力译", ["郭, 大力"]),
        ("김철수 옮김", ["김, 철수"]),
        ("田中美咲【訳】", ["田中, 美咲"]),
    ],
}


def by_kind(table):
    return [pytest.param(*case, id=f"{kind}-{case[0]}") for kind, cases in table.items() for case in cases]


def test_every_format_is_read_back():
    assert {*PEOPLE, *TEXTS} == {*FORMATS}


@pytest.mark.parametrize("text,people", by_kind(NAMES))
@pytest.mark.parametrize("to", PEOPLE)
def test_names(to, text, people):
    assert PEOPLE[to](reference(title="On silt", author=text)) == people


@pytest.mark.parametrize("text,role,people", [(t, role, p) for role, cases in ROLES.items() for t, p in cases])
@pytest.mark.parametrize("label", ["author", "editor"])
def test_role_marks_of_east_asia(label, text, role, people):
    item = to_csl_item(reference(title="On silt", **{label: text}))
    assert [f"{n['family']}, {n['given']}" for n in item[role]] == people
    assert item.keys() <= {"id", "type", "title", role, "custom"}


@pytest.mark.parametrize("text,rest", [("Ders.", "Ders."), ("Müller, H., a.a.O.", "a.a.O."), ("Idem", "Idem")])
def test_what_refers_to_others_is_noted(text, rest):
    record = reference(title="On silt", author=text)
    assert all(rest in write([record], to) for to in FORMATS if to != "tagged")


KINDS = {  # fields, CSL type, BibTeX, BibLaTeX, RIS
    "software": (
        [
            dict(title="silt", genre="software", author="Okoro, A."),
            dict(title="silt", tech="Computerprogramm", author="Okoro, A."),
            dict(title="silt", tech="logiciel", publisher="Delta"),
            dict(title="silt", genre="[CP/OL]", author="王小明"),
        ],
        ("software", "misc", "software", "COMP"),
    ),
    "dataset": (
        [
            dict(title="Silts", genre="[Data set]", author="Okoro, A."),
            dict(title="Silts", genre="jeu de données", publisher="Delta"),
            dict(title="Silts", author="Okoro, A.", doi="10.24432/C56S3T"),
            dict(title="Silts", genre="数据集", author="王小明"),
        ],
        ("dataset", "misc", "dataset", "DATA"),
    ),
    "patent": (
        [
            dict(title="Sieve", tech="US patent 4,005,881", author="Okoro, A."),
            dict(title="Sieve", tech="патент", author="Окоро, А."),
            dict(title="Sieve", genre="[P]", identifier="88105607.3"),
            dict(title="Sieve", tech="brevetto", author="Okoro, A."),
        ],
        ("patent", "misc", "patent", "PAT"),
    ),
    "standard": (
        [
            dict(title="Silts", identifier="ISO 690:2021", publisher="ISO"),
            dict(title="信息与文献: GB/T 7714-2015"),
            dict(title="Silts", tech="norma", publisher="Delta"),
            dict(title="Silts", author="DIN", date="2004"),
        ],
        ("standard", "misc", "standard", "STAND"),
    ),
    "thesis": (
        [
            dict(title="Silts", genre="rozprawa doktorska", author="Okoro, A."),
            dict(title="Silts", tech="väitöskirja", author="Okoro, A."),
            dict(title="颜料分析", genre="[D]", author="王小明"),
            dict(title="Silts", tech="διδακτορική διατριβή", author="Okoro, A."),
        ],
        ("thesis", "phdthesis", "thesis", "THES"),
    ),
    "report": (
        [
            dict(title="Silts", tech="Technischer Bericht 12", author="Okoro, A."),
            dict(title="Silts", tech="звіт", author="Okoro, A."),
            dict(title="Silts", tech="rapor", author="Okoro, A."),
            dict(title="Silts", tech="報告書", author="山田太郎"),
        ],
        ("report", "techreport", "report", "RPRT"),
    ),
    "preprint": (
        [
            dict(title="Silts", author="Okoro, A.", arxiv="arXiv:2001.01234"),
            dict(title="Silts", author="Okoro, A.", doi="10.48550/arXiv.2001.01234"),
            dict(title="Silts", author="Okoro, A.", doi="10.26434/chemrxiv-2021-abc"),
        ],
        ("article", "misc", "online", "UNPB"),
    ),
    "case": (
        [
            dict(title="Brown v. Board of Education", volume="347", date="1954"),
            dict(title="Donoghue v Stevenson", date="1932"),
            dict(title="BGH, Urteil vom 12. Mai 2004", date="2004"),
        ],
        ("legal_case", "misc", "jurisdiction", "CASE"),
    ),
    "journal whose name tells of something else": (
        [
            dict(
                title="On silt", author="Okoro, A.", journal="Information Processing Letters", volume="3", date="1999"
            ),
            dict(
                title="On silt", author="Okoro, A.", journal="Law & Society Review", volume="3", date=["1999", "1999"]
            ),
            dict(title="On silt", author="Okoro, A.", journal="Information Systems", volume="3", date=["2001", "2001"]),
            dict(title="On silt", author="Okoro, A.", journal="Acts and Facts", volume="3", date="1999"),
        ],
        ("article-journal", "article", "article", "JOUR"),
    ),
    "proceedings": (
        [
            dict(title="On silt", author="Okoro, A.", booktitle="Proceedings of the Silt Conference", pages="3-9"),
            dict(title="颜料分析", author="王小明", booktitle="石窟研讨会论文集", pages="3-9"),
            dict(title="Silt", author="Okoro, A.", booktitle="Anais do Congresso de Areia", pages="3-9"),
        ],
        ("paper-conference", "inproceedings", "inproceedings", "CPAPER"),
    ),
    "newspaper": (
        [
            dict(title="Silt", author="Okoro, A.", journal="The Washington Post", date="12 May 2004"),
            dict(title="判决书上网", author="何海波", journal="法制日报", date="2000-05-21"),
            dict(title="颜料", author="王小明", journal="人民日报", date="2004年5月12日"),
        ],
        ("article-newspaper", "article", "article", "NEWS"),
    ),
}


@pytest.mark.parametrize(
    "fields,types",
    [
        pytest.param(f, types, id=f"{kind}-{n}")
        for kind, (all_of_it, types) in KINDS.items()
        for n, f in enumerate(all_of_it)
    ],
)
def test_kinds_of_works(fields, types):
    record = reference(**fields)
    csl, bibtex, biblatex, tag = types
    assert json.loads(write([record], "csl-json"))[0]["type"] == tei(record).get("type") == csl
    assert entry(record).entry_type == bibtex
    assert entry(record, "biblatex").entry_type == biblatex
    assert ris(record)["type_of_reference"] == tag


@pytest.mark.parametrize(
    "fields",
    [
        dict(title="On silt", journal="Information Systems", date=["2001", "2001"]),
        dict(title="On silt", journal="Official Journal of Sand", volume="3", pages="3", date=["1999", "1999"]),
        dict(title="On silt", location="Bern", date="2004", note="3 May 2004"),
    ],
)
def test_nothing_is_legislation_without_a_word_for_it(fields):
    assert to_csl_item(reference(**fields))["type"] != "legislation"


DATES = [  # as printed, BibLaTeX, BibTeX's year, month and day, RIS
    ("12 May 2004", "2004-05-12", ("2004", "may", "12"), "2004/05/12/"),
    ("5. März 2021", "2021-03-05", ("2021", "mar", "5"), "2021/03/05/"),
    ("2021年3月5日", "2021-03-05", ("2021", "mar", "5"), "2021/03/05/"),
    ("平成24年", "2012", ("2012", None, None), None),
    ("2004年", "2004", ("2004", None, None), None),
    ("١٩٨٤م", "1984", ("1984", None, None), None),
    ("Spring 2004", "2004-21", ("2004", None, None), "2004///2004-21"),
    ("ca. 1850", "1850~", ("1850", None, None), "1850///1850~"),
    ("26-30 Aug 2019", "2019-08-26/2019-08-30", ("2019", "aug", None), "2019/08/26/2019-08-26–2019-08-30"),
    ("350 v. Chr.", "-0349", ("-350", None, None), "-350///-0349"),
]


@pytest.mark.parametrize("text,date,bibtex,tag", DATES)
def test_dates_keep_their_day(text, date, bibtex, tag):
    record = reference(title="On silt", author="Okoro, A.", date=text)
    assert entry(record, "biblatex").fields_dict["date"].value == date
    found = entry(record).fields_dict
    assert tuple(found[k].value if k in found else None for k in ("year", "month", "day")) == bibtex
    assert ris(record).get("date") == tag
    assert tei(record).find(f".//{TEI}date").text == date


@pytest.mark.parametrize(
    "note,date",
    [
        ("accessed 5 March 2021", "2021-03-05"),
        ("Zugriff am 5.3.2021", "2021-03-05"),
        ("consulté le 5 mars 2021", "2021-03-05"),
    ],
)
def test_dates_of_access(note, date):
    record = reference(title="On silt", url="https://silt.org", note=note)
    assert entry(record).fields_dict["urldate"].value == entry(record, "biblatex").fields_dict["urldate"].value == date
    assert ris(record)["access_date"] == date.replace("-", "/")
    assert tei(record).find(f".//{TEI}date[@type='accessed']").get("when") == date


NUMBERS = [
    ("13（4）", "13", "4"),
    ("Vol. ２３", "23", None),
    ("12巻3号", "12", "3"),
    ("第十二巻", "十二", None),
    ("卷12期3", "12", "3"),
    ("١٩٨٤", "1984", None),
    ("المجلد ١٢، العدد ٣", "12", "3"),
    ("Т. 12. – № 3", "12", "3"),
    ("cilt: 12, sayı: 3", "12", "3"),
    ("12. évf. 3. sz.", "12", "3"),
]


@pytest.mark.parametrize("text,volume,issue", NUMBERS)
def test_volumes(text, volume, issue):
    record = reference(title="On silt", journal="Silts", volume=text, pages="3-9")
    for to in ("bibtex", "biblatex"):
        found = entry(record, to).fields_dict
        assert tuple(found[k].value if k in found else None for k in ("volume", "number")) == (volume, issue)
    assert (ris(record)["volume"], ris(record).get("number")) == (volume, issue)
    scopes = {s.get("unit"): s.text for s in tei(record).iter(TEI + "biblScope")}
    assert (scopes["volume"], scopes.get("issue")) == (volume, issue)


def test_ris_tags_depend_on_the_type():
    book = ris(reference(title="Silts", editor="Okoro, A.", series="Sands 12", isbn="9780521880688", publisher="Delta"))
    assert (book["tertiary_authors"], book["secondary_title"], book["note"]) == (["Okoro, A."], "Sands", "12")
    fields = dict(
        title="Silt", booktitle="Silts", editor="Okoro, A.", series="Sands 12", publisher="Delta", pages="3-9"
    )
    chapter = ris(reference(**fields))
    assert chapter["secondary_authors"] == ["Okoro, A."]
    assert (chapter["secondary_title"], chapter["tertiary_title"]) == ("Silts", "Sands")
    assert ris(reference(title="Silt", tech="Technical Report TR-12"))["issn"] == "TR-12"
    assert ris(reference(title="Sieve", tech="US patent 4,005,881"))["issn"] == "4,005,881"


@pytest.mark.parametrize(
    "title,protected",
    [
        ("Structure of DNA", "Structure of {DNA}"),
        ("Mining the Web: A Study", "Mining the Web: A Study"),
        ("Pneumonia in southern Alberta", "Pneumonia in southern {Alberta}"),
        ("On silt: Deltas. Sand in the desert", "On silt: Deltas. {Sand} in the desert"),
        ("mRNA and silt", "{mRNA} and silt"),
    ],
)
def test_braces_only_where_capitals_would_be_lost(title, protected):
    assert entry(reference(title=title)).fields_dict["title"].value == protected


FULL = {  # one record of everything that a reference may say, each with words of its own
    "author": "Okoro, A. et al.",
    "title": "On quillwort [Internet]",
    "booktitle": "Bracken",
    "editor": "Fern, B.",
    "translator": "Moss, C.",
    "contributor": "Lichen, D.",
    "date": "12 May 2004 [1987]",
    "volume": "743",
    "issue": "859",
    "pages": "301-307",
    "edition": "17th ed.",
    "publisher": "Sedge",
    "location": ["Reed", "Rush"],
    "series": "Cattails 97",
    "tech": "Report TR-61",
    "doi": "10.1000/heather",
    "arxiv": "arXiv:2001.01234",
    "pmid": "PMID: 23397596",
    "isbn": "9780521880688",
    "issn": "1540-8140",
    "url": "https://willow.org",
    "note": ["accessed 5 March 2021", "hazel", "in press"],
}
SAID = """Okoro quillwort Internet Bracken Fern Moss Lichen 2004 1987 743 859 301 307 17 Sedge Reed Rush Cattails 97
    TR-61 10.1000/heather 2001.01234 23397596 9780521880688 1540-8140 https://willow.org 2021 hazel press""".split()


@pytest.mark.parametrize("to", PEOPLE)
@pytest.mark.parametrize("kind", ["booktitle", "journal", None])
def test_no_format_drops_anything(to, kind):
    fields = {k: v for k, v in FULL.items() if k != "booktitle"} | ({kind: "Bracken"} if kind else {})
    written = latex_unescape(write([reference(**fields) | {"text": ""}], to))
    assert [word for word in SAID if word not in written and (kind or word != "Bracken")] == []
    assert "others" in written or "et al" in written or "et-al" in written


TWICE = {
    "publisher": ["Orbis", "T&T Clark"],
    "location": ["Maryknoll", "Edinburgh"],
    "date": ["1996", "2004"],
    "pages": ["39", "301-307"],
    "issue": ["743", "859"],
    "url": ["https://a.org/one", "https://b.org/two"],
    "edition": ["2nd ed.", "7th ed."],
    "institution": ["Silt Institute", "Sand Society"],
    "journal": ["Silts", "Sands"],
    "booktitle": ["Silts", "Sands"],
    "volume": ["743", "859"],
    "isbn": ["9780521880688", "9780306406157"],
    "title": ["On silt", "On sand"],
    "series": ["Silts", "Sands"],
}


@pytest.mark.parametrize("label", TWICE)
def test_a_second_value_is_not_dropped(label):
    record = reference(**{"title": "On deltas", "author": "Okoro, A.", label: TWICE[label]})
    for to in FORMATS:
        if to not in TEXTS:
            told = unescape(latex_unescape(write([record], to))).replace("–", "-").replace("--", "-")
            assert all(value.removesuffix("nd ed.").removesuffix("th ed.") in told for value in TWICE[label]), to


@pytest.mark.parametrize(
    "volume,date,issued",
    [("1997;25", None, [1997]), ("14(1975)1", None, [1975]), ("2012;30(35)", "Dec 10", [2012, 12, 10])],
)
def test_a_year_in_the_volume_is_the_year(volume, date, issued):
    record = reference(title="On silt", journal="Silts", volume=volume, **({"date": date} if date else {}))
    assert to_csl_item(record)["issued"] == {"date-parts": [issued]}
    for to in PEOPLE:
        assert str(issued[0]) in write([record], to)


@pytest.mark.parametrize("label", ["date", "volume", "issue", "pages", "doi", "isbn"])
def test_a_value_that_is_too_long_for_its_label_is_a_note(label):
    text = "silt and sand " * 60
    item = to_csl_item(reference(title="On silt", **{label: text}))
    assert item["note"] == text.strip() and item.keys() == {"id", "type", "title", "note"}


@pytest.mark.parametrize("to", ["bibtex", "biblatex"])
def test_pybtex_reads_the_same(to):
    pybtex = pytest.importorskip("pybtex.database")
    records = [reference(**fields) for all_of_it, _ in KINDS.values() for fields in all_of_it]
    records += [reference(title="On silt", author=text) for cases in NAMES.values() for text, people in cases if people]
    entries = pybtex.parse_string(write(records, to), "bibtex").entries
    assert len(entries) == len(records)
    for found, record in zip(entries.values(), records):
        assert latex_unescape(found.fields["title"]) == to_csl_item(record)["title"]
        people = [
            shown(" ".join(p.prelast_names + p.last_names), " ".join(p.first_names + p.middle_names))
            for p in found.persons.get("author", [])
        ]
        assert [latex_unescape(p) for p in people if p != "others"] == csl_people(record)


def test_a_citation_processor_takes_all(recwarn):
    citeproc = pytest.importorskip("citeproc")
    from citeproc.source.json import CiteProcJSON

    records = [reference(**fields) for all_of_it, _ in KINDS.values() for fields in all_of_it]
    items = json.loads(write(records, "csl-json"))
    source = CiteProcJSON(items)
    style = citeproc.CitationStylesStyle(str(next(Path(citeproc.STYLES_PATH).glob("*.csl"))), validate=False)
    bibliography = citeproc.CitationStylesBibliography(style, source, citeproc.formatter.plain)
    for item in items:
        bibliography.register(citeproc.Citation([citeproc.CitationItem(item["id"])]))
    entries = [str(e).casefold() for e in bibliography.bibliography()]
    assert all(any(item["title"].casefold() in e for e in entries) for item in items)


SEVERAL = [  # one string, and for each work in it: family names, container, volume, first page, year
    (
        "[12] J. Smith and K. Jones, Phys. Rev. A 49, 1584 (1994); Phys. Rev. A 51, 1874 (1995).",
        [("Smith Jones", "Phys. Rev. A", "49", "1584", 1994), ("Smith Jones", "Phys. Rev. A", "51", "1874", 1995)],
    ),
    (
        "A 49, 1584 (1994); Phys. Rev. A 51, 1874 (1995)",
        [("", "A", "49", "1584", 1994), ("", "Phys. Rev. A", "51", "1874", 1995)],
    ),
    (
        "P. Okoro and S. A. Sand, J. Chem. Phys. 90, 2225 (1989); 90, 2242 (1989); 91, 2255 (1990).",
        [
            ("Okoro Sand", "J. Chem. Phys.", "90", "2225", 1989),
            ("Okoro Sand", "J. Chem. Phys.", "90", "2242", 1989),
            ("Okoro Sand", "J. Chem. Phys.", "91", "2255", 1990),
        ],
    ),
    (
        "(a) Smith, J.; Jones, K. J. Am. Chem. Soc. 1994, 116, 1584. (b) Brown, T.; White, P. Org. Lett. 1999, 1, 211.",
        [
            ("Smith Jones", "J. Am. Chem. Soc.", "116", "1584", 1994),
            ("Brown White", "Org. Lett.", "1", "211", 1999),
        ],
    ),
    (
        "(a) M. Okoro, B. Sand, Angew. Chem. 1994, 106, 1584; b) M. Okoro, Chem. Ber. 1995, 128, 211.",
        [("Okoro Sand", "Angew. Chem.", "106", "1584", 1994), ("Okoro", "Chem. Ber.", "128", "211", 1995)],
    ),
    (
        "Sand B, Okoro A: Deltas. J Silt 2001; 12: 3-9; Lee K: Dunes. J Sand 2002; 13: 33-39.",
        [("Sand Okoro", "J Silt", "12", "3", 2001), ("Lee", "J Sand", "13", "33", 2002)],
    ),
]
SEVERAL += [
    (
        "J. Smith, Phys. Rev. A 49, 1584 (1994); K. Jones, ibid. 51, 1874 (1995).",
        [("Smith", "Phys. Rev. A", "49", "1584", 1994), ("Jones", "Phys. Rev. A", "51", "1874", 1995)],
    ),
    (
        "J. Smith, Phys. Rev. A 49, 1584 (1994); ibid. 51, 1874 (1995).",
        [("Smith", "Phys. Rev. A", "49", "1584", 1994), ("Smith", "Phys. Rev. A", "51", "1874", 1995)],
    ),
    (
        "(a) Smith, J. J. Am. Chem. Soc. 1994, 116, 1584. (b) Ibid. 1995, 117, 211.",
        [
            ("Smith", "J. Am. Chem. Soc.", "116", "1584", 1994),
            ("Smith", "J. Am. Chem. Soc.", "117", "211", 1995),
        ],
    ),
    (
        "J. Smith and K. Jones, Phys. Rev. Lett. 49, 1584 (1994); 51, 1874 (1995); P. White, Nature 12, 33 (1996).",
        [
            ("Smith Jones", "Phys. Rev. Lett.", "49", "1584", 1994),
            ("Smith Jones", "Phys. Rev. Lett.", "51", "1874", 1995),
            ("White", "Nature", "12", "33", 1996),
        ],
    ),
    (
        "J. Smith, Phys. Rev. A 49, 1584 (1994), and Phys. Rev. A 51, 1874 (1995).",
        [("Smith", "Phys. Rev. A", "49", "1584", 1994), ("Smith", "Phys. Rev. A", "51", "1874", 1995)],
    ),
    (
        "[3] See, e.g., J. Smith, Phys. Rev. A 49, 1584 (1994); M. Brown, Phys. Rev. B 51, 1874 (1995).",
        [("Smith", "Phys. Rev. A", "49", "1584", 1994), ("Brown", "Phys. Rev. B", "51", "1874", 1995)],
    ),
    (
        "(i) J. Smith, Angew. Chem. 1994, 106, 1584; (ii) M. Okoro, Chem. Ber. 1995, 128, 211.",
        [("Smith", "Angew. Chem.", "106", "1584", 1994), ("Okoro", "Chem. Ber.", "128", "211", 1995)],
    ),
]


@pytest.mark.parametrize("text,works", SEVERAL)
def test_several_works_in_one_string(parser, text, works):
    parts = parser.predict(text, split=True)
    assert [text[p.start : p.end] for p in parts] == [p.text for p in parts] and len(parts) == len(works)
    for part, (people, container, volume, page, year) in zip(parts, works):
        item = part.item
        assert " ".join(n["family"] for n in item.get("author", ())) == people
        assert (item["container-title"], item["volume"], item["page"].partition("–")[0]) == (container, volume, page)
        assert item["issued"]["date-parts"][0][0] == year
    for to in PEOPLE:
        written = [part.to_dict() for part in parts]
        assert all(str(work[4]) in write([part], to) for part, work in zip(written, works))
    assert len(parser.predict(text).further_starts) == len(works) - 1


@pytest.mark.parametrize(
    "text",
    [
        "Okoro A. On silt. Nature. 1953;171(4356):737-8.",
        "Okoro, A.; Sand, B.; Lee, K. J. Silt 1994, 116, 1584.",
        "Okoro, A. (1994); On silt: (a) sand and (b) clay. Silts, 3, 12-19.",
    ],
)
def test_one_work_stays_one(parser, text):
    assert len(parser.predict(text, split=True)) == 1


def test_undivided_works_are_noted(parser):
    for text, works in SEVERAL[:3]:
        for to in PEOPLE:
            written = write([parser.predict(text).to_dict() | {"text": ""}], to)
            assert all(word in written for work in works for word in work[2:4]), (to, written)


@pytest.mark.parametrize("words", ["doi ", "available at ", "online from ", "PMID: "])
def test_labels_without_identifiers_take_no_time(words):
    item = to_csl_item(reference(title="On silt", note=words * 1000 + "silt"))  # once doubled the time with each word
    assert item["note"].endswith("silt")


STATUS_IN_TEXT = [  # a reference, and its status, family name and title
    ("Müller, K. (o. J.): Über Schluff. Berlin: Delta.", "o. J.", "Müller", "Über Schluff"),
    ("Müller, K.: Über Schluff. Berlin: Delta o. J.", "o. J.", "Müller", "Über Schluff"),
    ("Müller, K. (i. Dr.). Über Schluff. Berlin: Delta.", "i. Dr", "Müller", "Über Schluff"),
    ("Pérez, J. (s. f.). Sobre el limo. Madrid: Delta.", "s. f.", "Pérez", "Sobre el limo"),
    ("Pérez, J. Sobre el limo. Madrid: Delta, s.f.", "s.f.", "Pérez", "Sobre el limo"),
    ("Dupont, P. (sous presse). Sur le limon. Revue du limon.", "sous presse", "Dupont", "Sur le limon"),
    ("Kowalski J., O mule, Kraków: Delta [b.r.].", "b.r.", "Kowalski", "O mule"),
    ("Smith, J. [n.d.]. On silt. London: Delta Press.", "n.d.", "Smith", "On silt"),
    ("Smith, J. (accepted). On silt. Journal of Silt.", "accepted", "Smith", "On silt"),
    ("山田太郎 (刊行年不明)『シルトについて』岩波書店.", "刊行年不明", "山田", "シルトについて"),
    ("山田太郎 (印刷中)「シルトについて」『土木学会誌』.", "印刷中", "山田", "シルトについて"),
    ("김철수 (인쇄중). 실트에 관하여. 한국지질학회지.", "인쇄중", "김", "실트에 관하여"),
    ("王小明. 论淤泥[J]. 淤泥学报, 待刊.", "待刊", "王", "论淤泥"),
    ("王小明. 论淤泥[M]. 北京: 商务印书馆, 出版年不详.", "出版年不详", "王", "论淤泥"),
]


@pytest.mark.parametrize("text,status,family,title", STATUS_IN_TEXT)
def test_status_is_no_name_date_or_title(parser, text, status, family, title):
    item = parser.predict(text).item
    assert item["status"] == status and "issued" not in item
    assert ([n["family"] for n in item["author"]], item["title"]) == ([family], title)


@pytest.mark.parametrize(
    "text",
    [
        "García, M. (2018). Sobre el limo. Recuperado el 5 de marzo de 2021, de https://limo.es",
        "de Vries, J. (2018). Over slib. Geraadpleegd op 5 maart 2021, van https://slib.nl",
        "Smith, J. (2018). On silt. https://silt.org/on. Accessed 05.03.2021.",
        "Иванов, И. (2018). О иле. URL: https://il.ru (дата обращения: 05.03.2021).",
        "Yılmaz, A. (2018). Mil üzerine. https://mil.tr (Erişim tarihi: 05.03.2021).",
        "Nagy P. (2018): Az iszapról. https://iszap.hu (letöltve: 2021. március 5.)",
        "김철수 (2018). 실트에 관하여. https://silt.kr (검색일: 2021.3.5).",
    ],
)
def test_dates_of_access_in_whole_references(parser, text):
    item = parser.predict(text).item
    assert item["issued"] == {"date-parts": [[2018]]} and item["accessed"] == {"date-parts": [[2021, 3, 5]]}
    assert not item.keys() & {"container-title", "publisher", "note"} and item["URL"].startswith("https://")


@pytest.mark.parametrize(
    "text,number",
    [
        ("Okoro, A. and Sand, B. Silt sieve. US Patent No. 6,123,456 B2 (2001).", "6,123,456 B2"),
        ("Okoro, A. Silt sieve. European Patent EP 1 234 567 B1, 12 May 2004.", "EP 1 234 567 B1"),
        ("Okoro A., Silt sieve, WO 2004/012345 A1, 2004.", "WO 2004/012345 A1"),
        ("Müller, K.: Schluffsieb. Deutsches Patent DE 10 2004 012 345 A1, 2004.", "DE 10 2004 012 345 A1"),
        ("Yamada T. Silt sieve. JP 2004-123456 A. 2004.", "JP 2004-123456 A"),
        ("山田太郎. シルト篩. 特開2004-123456. 2004-05-12.", "特開2004-123456"),
    ],
)
def test_numbers_of_patents_are_whole(parser, text, number):
    found = parser.predict(text)
    assert any(number in value for value in found.fields["tech"])
    assert all(number not in value for label, values in found.fields.items() if label != "tech" for value in values)


@pytest.mark.parametrize(
    "text",
    [
        "Roe, J. (2013). An update on the patent literature 2010-2012. Silt, 23, 1-9.",
        "Roe, J. Silt. Madrid: Delta S.A. 1977.",
        "Robert Koch-Institut (2004) Empfehlungen der Kommission/Stand: Juli 2004. Epidemiol Bull (30):235-250",
    ],
)
def test_what_only_looks_like_a_phrase_stays(parser, text):
    found = parser.predict(text)
    assert "tech" not in found.fields and len(found.fields["date"]) == 1


ACCESS_IN_FIELDS = [  # fields, date of access, date of issue, and what is left of a note
    (dict(note="Retrieved March 5, 2021, from", date="2018"), [2021, 3, 5], [2018], None),
    (dict(date="(2018-05-12)[2021-03-05]"), [2021, 3, 5], [2018, 5, 12], None),
    (dict(date="2018[2021-03-05]"), [2021, 3, 5], [2018], None),
    (dict(booktitle="Recuperado el 5 de marzo de 2021", date="2018"), [2021, 3, 5], [2018], None),
    (dict(publisher="Delta. Accessed 5 March 2021", date="2018"), [2021, 3, 5], [2018], None),
    (dict(note="2021年3月5日閲覧", date="2018年"), [2021, 3, 5], [2018], None),
    (dict(note="accessed 5/3/2021", date="2018"), [2021], [2018], "5/3/2021"),
]


@pytest.mark.parametrize("fields,accessed,issued,note", ACCESS_IN_FIELDS)
def test_access_in_any_field(fields, accessed, issued, note):
    record = reference(title="On silt", url="https://silt.org", **fields)
    item = to_csl_item(record)
    assert item["accessed"] == {"date-parts": [accessed]} and item["issued"] == {"date-parts": [issued]}
    assert item.get("note") == note and "container-title" not in item
    assert item.get("publisher", "Delta") == "Delta"
    for to in PEOPLE:
        assert (note or "silt.org") in write([record | {"text": ""}], to)


@pytest.mark.parametrize(
    "text,parts",
    [
        ("王小明. 论淤泥[EB/OL]. (2018-05-12)[2021-03-05]. https://yuni.cn.", [[2018, 5, 12], [2021, 3, 5]]),
        ("山田太郎. シルトについて. https://silt.jp, (参照 2021-03-05).", [None, [2021, 3, 5]]),
        ("山田太郎 (2018)「シルトについて」https://silt.jp（2021年3月5日閲覧）", [[2018], [2021, 3, 5]]),
        ("Rossi, M. (2018). Sul limo. https://limo.it (ultimo accesso: 5 marzo 2021).", [[2018], [2021, 3, 5]]),
        ("Okoro A. On silt. 2018 [cited 2021 Mar 5]. Available from: https://silt.org", [[2018], [2021, 3, 5]]),
        ("NOVÁK, Jan. O bahně [online]. 2018 [cit. 2021-03-05]. Dostupné z: https://b.cz", [[2018], [2021, 3, 5]]),
    ],
)
def test_web_pages_with_a_date_of_access(parser, text, parts):
    found = parser.predict(text)
    item = found.item
    dates = [item[v]["date-parts"][0] if v in item else None for v in ("issued", "accessed")]
    assert (item["type"], found.type, dates) == ("webpage", "webpage", parts)


@pytest.mark.parametrize(
    "fields,status,variable,value",
    [
        (dict(booktitle="To appear in Proceedings of Silt"), "To appear", "container-title", "Proceedings of Silt"),
        (dict(journal="Silts (in press)"), "in press", "container-title", "Silts"),
        (dict(journal="Silts, forthcoming"), "forthcoming", "container-title", "Silts"),
        (dict(publisher="Delta, s.f."), "s.f.", "publisher", "Delta"),
        (dict(publisher="Delta o. J."), "o. J.", "publisher", "Delta"),
        (dict(author="Okoro, A. (no prelo)"), "no prelo", "author", [{"family": "Okoro", "given": "A."}]),
        (dict(title="(im Druck) Über Schluff"), "im Druck", "title", "Über Schluff"),
        (dict(title="Papers to appear"), None, "title", "Papers to appear"),
        (dict(journal="Silts", note="Epub ahead of print"), "Epub ahead of print", "container-title", "Silts"),
        (dict(journal="Silts", note="To appear in"), "To appear", "container-title", "Silts"),
    ],
)
def test_status_in_any_field(fields, status, variable, value):
    record = reference(**{"title": "On silt", **fields})
    item = to_csl_item(record)
    assert (item.get("status"), item[variable]) == (status, value) and "note" not in item
    assert not status or all(status in write([record | {"text": ""}], to) for to in PEOPLE)


@pytest.mark.parametrize(
    "text",
    [
        "As Smith (1999) showed",
        "See Smith (1999) for details.",
        "(Smith, 1999)",
        "Smith (1999), p. 12",
        "cf. Smith 1999: 12-15",
        "see also Jones et al. 2004",
        "vgl. Müller (1999), S. 12",
        "Šomov 1995 [s. Anm. 6].",
    ],
)
def test_a_citation_that_names_no_work_scores_low(parser, text):
    assert parser.predict(text).score <= 0.2


@pytest.mark.parametrize(
    "text,people",
    [
        ("cf. Smith", ["Smith"]),
        ("See, e.g., J. Smith", ["Smith, J."]),
        ("siehe auch Müller, H.", ["Müller, H."]),
        ("As Smith", ["Smith"]),
        ("As, J.", ["As, J."]),
        ("See, J.", ["See, J."]),
        ("E. G. Sand", ["Sand, E. G."]),
    ],
)
def test_words_that_cite_are_no_names(text, people):
    assert csl_people(reference(title="On silt", author=text)) == people


BETWEEN = [  # a reference, its spans, and what no field holds
    ("Roe, J. Silt. Edizione bilingue. Delta, 2004.", ["Roe, J.", "Silt", "Delta", "2004"], "Edizione bilingue"),
    ("Roe, J. Silt. Quoted in Doe. Delta, 2004.", ["Roe, J.", "Silt", "Delta", "2004"], "Quoted in Doe"),
    ("李雷. 淤泥. 内部资料. 北京, 2004.", ["李雷", "淤泥", "北京", "2004"], "内部资料"),
    ("Roe, J. Silt. In: Delta, pp. 3. Available at: 2004.", ["Roe, J.", "Silt", "Delta", "2004"], None),
    ("Roe, J. <i>Silt</i>. Delta, vol. 3, 2004.", ["Roe, J.", "Silt", "Delta", "2004"], None),
    ("李雷. 淤泥. 第3卷. 北京, 2004.", ["李雷", "淤泥", "北京", "2004"], None),
]


@pytest.mark.parametrize("text,values,note", BETWEEN)
def test_words_between_fields_become_notes(text, values, note):
    fields = dict(zip(("author", "title", "publisher", "note"), values))
    spans = [dict(start=text.index(v), end=text.index(v) + len(v), label=k) for k, v in fields.items()]
    record = dict(text=text, spans=spans, fields={k: [v] for k, v in fields.items()})
    assert to_csl_item(record)["note"] == "; ".join(filter(None, ("2004", note)))
    for to in ("bibtex", "biblatex", "ris", "csl-json"):
        assert not note or note in write([record], to)


def test_a_kind_in_brackets_that_no_field_holds(parser):
    item = parser.predict(
        "Okoro, A. (2020). silttools (Version 1.2.3) [Computer software]. https://github.com/o/s"
    ).item
    assert (item["type"], item["genre"]) == ("software", "Computer software")


LAW = [  # a reference, its type, title, container, volume and first page
    (
        "Brown v. Board of Education, 347 U.S. 483 (1954).",
        "legal_case",
        "Brown v. Board of Education",
        "U.S.",
        "347",
        "483",
    ),
    ("Roe v Wade, 410 US 113 (1973)", "legal_case", "Roe v Wade", "US", "410", "113"),
    ("Donoghue v Stevenson [1932] AC 562.", "legal_case", "Donoghue v Stevenson", "AC", None, "562"),
    ("Mabo v Queensland (No 2) (1992) 175 CLR 1.", "legal_case", "Mabo v Queensland (No 2)", "CLR", "175", "1"),
    ("Smith v. Jones, 123 F.3d 456 (9th Cir. 1997).", "legal_case", "Smith v. Jones", "F.3d", "123", "456"),
    ("BGHZ 123, 456.", "legal_case", None, "BGHZ", "123", "456"),
    (
        "Case C-131/12 Google Spain SL v AEPD, ECLI:EU:C:2014:317.",
        "legal_case",
        "Case C-131/12 Google Spain SL v AEPD",
        None,
        None,
        None,
    ),
]


@pytest.mark.parametrize("text,kind,title,container,volume,page", LAW)
def test_cases(parser, text, kind, title, container, volume, page):
    found = parser.predict(text)
    item = found.item
    assert (item["type"], item.get("title"), item.get("container-title")) == (kind, title, container)
    assert (item.get("volume"), item.get("page")) == (volume, page) and "author" not in item
    assert item.get("number", "ECLI:EU:C:2014:317") == "ECLI:EU:C:2014:317"
    assert ris(found.to_dict())["type_of_reference"] == "CASE"
    assert entry(found.to_dict(), "biblatex").entry_type == "jurisdiction"


@pytest.mark.parametrize(
    "fields,types",
    [
        (dict(title="Directive 2000/60/EC", journal="Official Journal of the European Union"), ("legislation", "STAT")),
        (dict(title="Loi n° 78-17 du 6 janvier 1978", journal="Journal officiel"), ("legislation", "STAT")),
        (dict(journal="Bundesgesetzblatt", volume="I", pages="1234"), ("legislation", "STAT")),
        (dict(author="BGH", title="Urteil vom 12.05.2004", journal="NJW"), ("legal_case", "CASE")),
        (dict(title="Silt [Tweet]", author="NASA", url="https://twitter.com/nasa/status/1"), ("post", "ICOMM")),
        (dict(title="Silt", url="https://www.facebook.com/silt/posts/1"), ("post", "ICOMM")),
        (dict(title="Silt sieve", tech="WO 2004/012345 A1"), ("patent", "PAT")),
        (dict(title="Silt sieve", tech="特開2004-123456", journal="特許公報"), ("patent", "PAT")),
        (dict(title="Heat v. cold", author="Okoro, A.", journal="Silts", volume="3"), ("article-journal", "JOUR")),
        (
            dict(title="Regulation of silt", author="Okoro, A.", journal="Silts", volume="3"),
            ("article-journal", "JOUR"),
        ),
    ],
)
def test_types_of_law_patents_and_posts(fields, types):
    record = reference(**fields)
    assert (to_csl_item(record)["type"], ris(record)["type_of_reference"]) == types


def test_a_noble_name_is_no_case(parser):
    item = parser.predict("Ludwig v. Mises (1949). Human action. New Haven: Yale University Press.").item
    assert item["type"] == "book" and item["title"] == "Human action" and item["author"]
