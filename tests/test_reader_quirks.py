"""The habits of each source of labelled references, on records of our own: what its reader makes of them."""

import pytest

from sciassist import ReferenceStringParsing
from sciassist.datamodules.components.conventions import to_cora_convention, to_tight
from sciassist.datamodules.components.readers import check_record, read_records
from sciassist.utils.spans import record_from_spans


@pytest.fixture
def read(tmp_path):
    "The records of a file with this name and content."

    def read(name, content):
        (tmp_path / name).write_text(content, encoding="utf-8")
        records = list(read_records(tmp_path / name))
        for r in records:
            check_record(r)
        return records

    return read


def strings(record):
    return [(record["text"][a:b], label) for a, b, label in record["spans"]]


def grobid(bibl):
    return f"<TEI><text><back><listBibl><bibl>{bibl}</bibl></listBibl></back></text></TEI>"


def test_a_token_may_hold_several_fields(read):
    (r,) = read(
        "g.xml",
        grobid(
            '<title level="j">J</title> <biblScope type="vol">61</biblScope>(<biblScope type="issue">2</biblScope>):'
            '<biblScope type="pp">23-45</biblScope> (<date>1998</date>).'
        ),
    )
    assert r["tokens"] == ["J", "61(2):23-45", "(1998)."] and r["tags"] == ["journal", "pages", "date"]
    assert strings(r) == [("J", "journal"), ("61", "volume"), ("2", "issue"), ("23-45", "pages"), ("1998", "date")]


def test_cora_and_parscit_glue_loose_punctuation_back_and_loose_words_forward(read):
    (r,) = read(
        "p.txt",
        "<author>  A. Kuiper, </author> <title> On nets. </title> In <booktitle> Proc. X, </booktitle> , "
        "<volume> volume 193 </volume> "
        "<booktitle> of LNCS </booktitle> <date> 1993. </date>\n",
    )
    assert strings(r) == [
        ("A. Kuiper,", "author"),
        ("On nets.", "title"),
        ("In Proc. X,,", "booktitle"),
        ("volume 193", "volume"),
        ("of LNCS", "booktitle"),
        ("1993.", "date"),
    ]  # a field may come in two pieces
    assert "other" not in r["tags"]
    assert [s for s, _ in strings(to_tight(r))] == ["A. Kuiper", "On nets", "Proc. X", "193", "LNCS", "1993"]


def test_cora_keeps_issue_in_the_volume(read):
    (r,) = read(
        "p.txt",
        (
            "<author> A. Kuiper, </author> <journal> J. Nets, </journal> <volume> 1(1), </volume> <pages> "
            "2-3, </pages> <date> 1993. </date>\n"
        ),
    )
    assert ("1(1),", "volume") in strings(r)
    assert [(s, label) for s, label in strings(to_tight(r)) if label in ("volume", "issue")] == [
        ("1", "volume"),
        ("1", "issue"),
    ]


def test_anystyle_has_one_blank_between_fields_and_labels_every_token(read):
    (r,) = read(
        "a.xml",
        "<dataset><sequence><citation-number>[3]</citation-number><author>Ono, K.</author><title>“Nets.”</title>"
        "<container-title>In Big Book,</container-title><volume>61(2),</volume><pages>pp. "
        "23–45.</pages></sequence></dataset>",
    )
    assert r["text"] == "[3] Ono, K. “Nets.” In Big Book, 61(2), pp. 23–45." and "other" not in r["tags"]
    assert strings(to_tight(r)) == [
        ("[3]", "citation-number"),
        ("Ono, K.", "author"),
        ("Nets", "title"),
        ("Big Book", "booktitle"),
        ("61", "volume"),
        ("2", "issue"),
        ("23–45", "pages"),
    ]
    cora = to_cora_convention(r)  # CORA has no marker and no issue
    assert cora["text"].startswith("Ono, K.")
    assert cora["tags"] == ["author"] * 2 + ["title"] + ["booktitle"] * 3 + ["volume"] + ["pages"] * 2


def test_grobid_keeps_the_spacing_of_its_pdfs_and_reads_line_breaks_as_blanks(read):
    (r,) = read(
        "g.xml",
        grobid(
            '<author>Ono K.</author> <title level="a">Nets<lb/>and more</title> ,<title level="j">Compos '
            '.Math .</title>'
        ),
    )
    assert r["text"] == "Ono K. Nets and more ,Compos .Math ." and ("Nets and more", "title") in strings(r)
    assert ("Compos .Math .", "journal") in strings(r)


@pytest.mark.parametrize(
    "bibl, label",
    [
        ('<title level="a">Part</title> in <title level="m">Whole</title>', "booktitle"),
        ('<author>Ono</author> <title level="m">Whole</title>', "title"),
    ],
)
def test_grobid_book_titles(read, bibl, label):
    (r,) = read("g.xml", grobid(bibl))
    assert ("Whole", label) in strings(r)


@pytest.mark.parametrize(
    "idno, label",
    [("arXiv:1301.3781", "arxiv"), ("10.1000/ab", "doi"), ("hep-th/9901001", "arxiv"), ("MR1234567", "identifier")],
)
def test_grobid_identifiers_without_a_type_are_told_by_their_look(read, idno, label):
    (r,) = read("g.xml", grobid(f"<author>Ono</author> <idno>{idno}</idno>"))
    assert (idno, label) in strings(r)


def test_grobid_corporate_authors_are_institutions(read):
    (r,) = read("g.xml", grobid('<orgName>CERN</orgName> <title level="m">Report</title>'))
    assert ("CERN", "institution") in strings(r)


@pytest.mark.parametrize("marker", ["12.", "[3]", "7"])
def test_a_bare_marker_in_front_is_a_citation_number(read, marker):
    (r,) = read("g.xml", grobid(f'{marker} <author>Ono K.</author> <title level="m">Nets</title>'))
    assert strings(r)[0] == (marker, "citation-number")


def test_invisible_characters_go_and_white_space_is_one_blank(read):
    (r,) = read("g.xml", grobid('<author>Ono \u00a0 K.</author>\n\t<title level="m">Who\u200ble bo\u00adok</title>'))
    assert r["text"] == "Ono K. Whole book"


def test_blanks_before_punctuation_stay_outside_tight_fields():
    text = "Ono K , Nets . J Graphs 2007 , 62 : 991-994 ."
    r = record_from_spans(
        text,
        [
            [text.index(s), text.index(s) + len(s), label]
            for s, label in (
                ("Ono K ,", "author"),
                ("Nets .", "title"),
                ("J Graphs", "journal"),
                ("2007 ,", "date"),
                ("62 :", "volume"),
                ("991-994 .", "pages"),
            )
        ],
    )
    assert strings(to_tight(r)) == [
        ("Ono K", "author"),
        ("Nets", "title"),
        ("J Graphs", "journal"),
        ("2007", "date"),
        ("62", "volume"),
        ("991-994", "pages"),
    ]


def test_hyphens_of_line_ends_and_two_references_in_a_line():
    "As some sources have them: nothing to read differently, but the parser knows what to do."
    parser = ReferenceStringParsing()
    assert parser.predict(
        "Dar- boux, G.: Leçons sur la théorie générale des sur- faces. Paris: Gauthier-Villars, 1887", dehyphen=True
    ).fields["author"] == ["Darboux, G."]
    line = (
        "Ono, K. (1998). Nets and more. Journal of Graphs, 61, 23-45. Ruiz, A. (2001). On paths. Annals "
        "of Graphs, 12, 1-9."
    )
    assert parser.predict(line).further_starts == [line.index("Ruiz")]
