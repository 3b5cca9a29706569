"""Who paid, in the words of several publishers."""

import pytest
from lxml import etree

from sciassist.documents.document import Document, Statement
from sciassist.documents.grants import add_grants, grants

KINDS = {
    "This work was supported by the National Science Foundation (grant no. 1234567).": [
        ("National Science Foundation", "1234567")
    ],
    "Supported by the Flood Council (F-7132, F-8013), and by grant 731474 from the European Commission.": [
        ("Flood Council", "F-7132"),
        ("Flood Council", "F-8013"),
        ("European Commission", "731474"),
    ],
    "This study was funded by NIH R01 NS38082 and the Ministry of Science and Culture.": [
        ("NIH", "R01 NS38082"),
        ("Ministry of Science and Culture", ""),
    ],
    "A.B. was supported by a grant from the Deutsche Forschungsgemeinschaft (DFG, BE 1234/5-1) to A.B.": [
        ("Deutsche Forschungsgemeinschaft", "BE 1234/5-1")
    ],
    "The authors received no specific funding for this work.": [],
    "We thank Anna Berg for her comments in 2010.": [],
    "": [],
}


@pytest.mark.parametrize("text", KINDS)
def test_grants_are_pairs_of_funder_and_number(text):
    assert [(g.funder, g.number) for g in grants(text)] == KINDS[text]


def test_thanks_name_funders_where_they_speak_of_money():
    thanks = "We thank the Institute of Rivers for its boats. The Flood Council funded the trip (F-7132)."
    doc = Document(statements=[Statement("acknowledgement", "Thanks", thanks, 1, 0, 0)])
    add_grants(doc)
    assert [(g.funder, g.number) for g in doc.statements[0].grants] == [("Flood Council", "F-7132")]
    tree = etree.fromstring(doc.to("tei").encode())
    [org] = tree.findall(".//{*}listOrg[@type='funding']/{*}org")
    assert (org.findtext("{*}orgName"), org.findtext("{*}idno[@type='grant-number']")) == ("Flood Council", "F-7132")
    assert tree.findtext(".//{*}titleStmt/{*}funder/{*}orgName") == "Flood Council"


def test_grants_are_found_in_linear_time():
    for text in ("Supported by the ", "National Fund ", "A and B ", "F-71 ", "A/", "by NSF ", "A1-", "("):
        grants(5000 * text)
