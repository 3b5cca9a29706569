"""Papers that we typeset: every line has its role, and the roles are those of the text that was printed."""

import random
import shutil

import pytest

from sciassist.core import MissingExtraError
from sciassist.datamodules.components.jats_alignment import normalized
from sciassist.datamodules.components.page_records import read_page_records
from sciassist.datamodules.page_layout import TRAINED_ROLES, label_numbers
from sciassist.datamodules.synthesis import latex_pages, typeset_pages
from sciassist.datamodules.synthesis.invented_papers import invent_paper

pytest.importorskip("typst")
SEEDS = (200, 201, 202, 203, 204, 206, 207)
TALL = 205  # At first its front matter is taller than its page


@pytest.fixture(scope="module", params=SEEDS)
def printed(request):
    """Return a paper as it was invented, and as it was read from print."""
    rng = random.Random(f"typeset:{request.param}")
    text = typeset_pages.draw_text(typeset_pages.typst_fonts(False), rng)
    return invent_paper(rng, text), typeset_pages.typeset(request.param)


def lines_of(made, *roles):
    return [line.text for line, role in zip(made.paper.lines, made.paper.roles) if role in roles]


def test_every_line_has_a_role(printed):
    _, made = printed
    assert None not in made.paper.roles
    assert len(made.paper.roles) == len(made.paper.lines) > 50


def test_every_line_lies_on_its_page(printed):
    _, made = printed
    assert typeset_pages.fits(made.paper)


def test_what_does_not_fit_is_typeset_again():
    once = typeset_pages.typeset_once("tall", random.Random(f"typeset:{TALL}"), None, None, False)
    assert not typeset_pages.fits(once.paper)
    assert typeset_pages.fits(typeset_pages.typeset(TALL).paper)


def test_the_title_is_the_one_that_was_printed(printed):
    paper, made = printed
    title = lines_of(made, "title")
    assert normalized("".join(title)) == normalized(paper.title)


def test_each_entry_begins_once(printed):
    paper, made = printed
    begins = lines_of(made, "reference begins")
    assert abs(len(begins) - len(paper.references)) <= 0.05 * len(paper.references)


def test_headings_are_those_of_the_paper(printed):
    paper, made = printed
    shown = normalized("".join(lines_of(made, "heading", "body")))
    headings = [b.text for b in paper.blocks if b.kind == "heading" and b.level == 1]
    found = [normalized(h) in shown for h in headings]
    assert sum(found) >= 0.9 * len(found)


def test_most_lines_can_be_trained_on(printed):
    _, made = printed
    known = label_numbers(TRAINED_ROLES)
    assert sum(role in known for role in made.paper.roles) > 0.9 * len(made.paper.roles)


def test_files_that_are_there_are_kept(tmp_path):
    (path,) = typeset_pages.write_typeset_papers(tmp_path, 1, system_fonts=False)
    path.write_text(path.read_text(encoding="utf-8").replace("typeset-0-0", "mine"), encoding="utf-8")
    typeset_pages.write_typeset_papers(tmp_path, 1, system_fonts=False)
    assert [p.id for p in read_page_records(path)] == ["mine"]


def test_a_missing_latex_is_named(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(MissingExtraError, match="needs pdflatex.*apt install"):
        latex_pages.typeset_latex(1)


@pytest.mark.parametrize("name", latex_pages.CLASSES)
def test_every_class_has_all_of_the_paper(name):
    source = latex_pages.latex_source(name, invent_paper(random.Random(4)), random.Random(4))
    for role in ("title", "author", "affiliation", "abstract", "referencebegins", "caption"):
        assert f"\\r{role} " in source, role
    assert source.count("{") == source.count("}") or name == "jmlr"
