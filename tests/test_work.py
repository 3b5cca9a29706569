"""Work grows as the text does: functions meet long runs of what their patterns repeat, under a limit on processor time.

The limit is no clock: it counts what this process computes, and is a hundred times what a linear function needs.
Whatever grows with the square of the text needs minutes at this length.
"""

import multiprocessing
import os
import sys

import pytest

from sciassist.bibliography import csl, dates, formats, multiple_references, names, values
from sciassist.bibliography.field_names import FIELDS
from sciassist.datamodules.components import conventions
from sciassist.documents import author_year_callouts, callouts, citation_contexts, float_callouts, from_text
from sciassist.documents.document import Document, Reference, Section
from sciassist.pages import headings
from sciassist.pages.pdf_file import says_no_pages
from sciassist.utils import markup, sentences, text, token_classification

LENGTH = 20_000  # Characters, as many as a reference may have
SECONDS = 90  # Of processor time for all units of one function; most need less than one, records up to 30
UNITS = (
    " ",
    "a ",
    "A ",
    "A. ",
    "A, B. ",
    "1",
    "1 ",
    "1-",
    "1, ",
    "(1)",
    "[",
    "(",
    "<",
    "; ",
    ", ",
    "- ",
    "– ",
    "/",
    ".",
    "'",
)
UNITS += (
    "accessed ",
    "https://a.b/",
    "doi:",
    "and ",
    "et al. ",
    "in ",
    "eds. ",
    "vol. ",
    "no. ",
    "pp. ",
    "1990 ",
    "Jan ",
)
UNITS += ("[1] ", "[1,", "Fig. 1, ", "Figs 1a–", "Lind (2010) ", "Lind, ", "2010a, b, ", "ref. 1, ")
UNITS += (
    "A-",
    "TR",
    "van ",
    "# ",
    "= ",
    "\\a{",
    "&#1;",
    "\u2028",
    "²",
    "中",
    "Abstract ",
    "1 Introduction\n",
    "[1] A\n",
    "\n",
)


def record(label):
    def convert(unit_text):
        fields = {"title": ["A"], label: [unit_text]}
        csl.to_csl_item(dict(fields=fields, text=unit_text))

    return convert


def document(unit_text):
    lines = unit_text.split("\n")
    for i in range(len(lines)):
        from_text.text_heading(lines, i)


def call_outs(unit_text):
    """A text with all of it raised, and a list of what it is made of, with and without numbers."""
    section, label = Section(None, "A", 1, text.running_text(unit_text), 1, 0, len(unit_text)), "1"
    for raised, label in (((), "1"), ([(0, len(unit_text))], None)):
        references = [Reference(label, unit_text[:200], 1, 0, 200)] * 50
        doc = Document(text=unit_text, sections=[section], references=references)
        doc.callouts = callouts.find_callouts(doc, raised=raised)
        citation_contexts.citation_contexts(doc)
        doc.to("tei")


FUNCTIONS = {
    **{f"record of {label}": record(label) for label in sorted({f.label for f in FIELDS.values()})},
    "bibtex": lambda t: formats.write([dict(fields={"title": [t], "author": [t]}, text=t)], "bibtex"),
    "ris": lambda t: formats.write([dict(fields={"title": [t], "pages": [t]}, text=t)], "ris"),
    "tei": lambda t: formats.write([dict(fields={"title": [t], "date": [t]}, text=t)], "tei"),
    "names": names.parse_names,
    "date": dates.parse_date,
    "status": dates.publication_status,
    "pages": values.parse_pages,
    "volume": values.split_volume,
    "number": values.split_number,
    "series": values.split_series,
    "edition": values.edition_of,
    "title": csl.bare_title,
    "several references": lambda t: multiple_references.further_starts(t, []),
    "field": lambda t: [conventions.clean(t, label) for label in ("title", "author", "date", "pages")],
    "span": lambda t: [
        conventions.tighten(t, 0, len(t), label) for label in ("title", "author", "date", "volume", "pages")
    ],
    "words": token_classification.split_words,
    "sentences": sentences.split_sentences,
    "heading": headings.split_number,
    "known heading": lambda t: headings.is_heading_of(t, headings.KNOWN),
    "document": document,
    "call-outs": call_outs,
    "authors and years": lambda t: author_year_callouts.author_year_callouts(t, author_year_callouts.Works([t, t])),
    "figures": float_callouts.float_callouts,
    "running text": text.running_text,
    "hyphens": lambda t: text.dehyphenate(t, set()),
    "markup": lambda t: [f(text.AlignedText.of(t)) for f in markup.cleaners(["html", "latex"])],
    "page tree": lambda t: says_no_pages(f"/Type /Pages {t} %%EOF".encode()),
}


def work(name):
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    for unit in UNITS:
        for end in ("", "!"):
            FUNCTIONS[name]("A " + unit * (LENGTH // len(unit)) + end)
    os._exit(0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not limit processor time")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_work_grows_no_faster_than_the_text(name):
    process = multiprocessing.get_context("fork").Process(target=work, args=(name,))
    process.start()
    process.join()
    assert process.exitcode == 0, "killed by its limit" if (process.exitcode or 0) < 0 else "failed"
