"""The documentation site as nbdev hands it to Quarto, which is not needed here: every page, every link."""

import ast
import importlib
import json
import multiprocessing
import os
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml
from conftest import NBS, ROOT

from sciassist.site import anchors, card_page, links, prose

SITE = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
IMPORTED_BEFORE_FORKS = (
    *("datasets", "IPython.display", "matplotlib.pyplot", "nbdev.processors", "nbdev.showdoc"),
    *("pandas", "pytorch_lightning", "torch", "transformers"),
)
CDN = re.compile(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?:https?:)?//", re.I)


def sources():
    """What becomes a page, without drafts."""
    found = [p for kind in ("ipynb", "qmd") for p in NBS.rglob(f"*.{kind}")]
    return sorted(p for p in found if not any(part.startswith(("_", ".")) for part in p.relative_to(NBS).parts))


def processed(path):
    """Return a notebook as nbdev leaves it for Quarto: front matter, Markdown of all cells, MIME types of outputs."""
    if path.suffix == ".qmd":
        _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
        return (
            yaml.safe_load(front),
            re.sub(
                r"^\{\{< include (\S+) >\}\}$",
                lambda m: (path.parent / m[1]).read_text(encoding="utf-8"),
                text,
                flags=re.M,
            ),
            set(),
        )
    from execnb.nbio import read_nb
    from nbdev.processors import FilterDefaults

    os.environ["IN_TEST"] = "1"
    os.chdir(path.parent)
    nb = read_nb(path)
    FilterDefaults()(nb)
    front, texts, types = {}, [], set()
    for cell in nb.cells:
        source = "".join(cell.get("source") or "")
        if cell.cell_type == "raw":
            front |= yaml.safe_load(source.strip().strip("-"))
        if cell.cell_type == "markdown":
            texts.append(source)
        for output in (
            cell.get("outputs", []) if "#| include: false" not in source and "#| output: false" not in source else []
        ):
            data = output.get("data", {})
            types |= data.keys()
            if "text/markdown" in data:
                texts.append("".join(data["text/markdown"]))
    return front, "\n\n".join(texts), types


@pytest.fixture(scope="module")
def pages():
    """{path of the source: page}. The workers are forks of a process that has imported what the notebooks import."""
    code = "import test_site; test_site.main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return {Path(k): tuple(v) for k, v in json.loads(done.stdout.splitlines()[-1]).items()}


def main():
    for name in IMPORTED_BEFORE_FORKS:
        importlib.import_module(name)
    paths = sources()
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        results = list(pool.map(processed, paths))
    print(
        json.dumps(
            {str(p): (front, text, sorted(types)) for p, (front, text, types) in zip(paths, results)}, default=str
        )
    )


def output(path, pages):
    """The address of a page below the site."""
    front = pages[path][0]
    return path.relative_to(NBS).with_name(front.get("output-file") or f"{path.stem}.html").as_posix()


def test_every_page_says_in_a_sentence_what_it_is_for(pages):
    lacking = [
        p.relative_to(NBS).as_posix()
        for p, (front, _, _) in pages.items()
        if not front.get("title") or len(front.get("description") or "") < 20
    ]
    assert not lacking


def test_no_two_pages_have_the_same_address(pages):
    found = [output(p, pages) for p in pages]
    assert not {a for a in found if found.count(a) > 1}


def test_no_folder_has_a_number_twice(pages):
    """Numbers order the pages of a folder; two that are the same leave their order to the names."""
    numbers = [(p.parent.relative_to(NBS).as_posix(), m[0]) for p in pages if (m := re.match(r"\d+(?=_)", p.name))]
    assert len(numbers) > 100
    assert not {n for n in numbers if numbers.count(n) > 1}


def test_no_link_is_broken(pages):
    """Pages, their anchors, images and files."""
    address = {output(p, pages): p for p in pages}
    known = {p: anchors(text) for p, (_, text, _) in pages.items()}
    broken, seen = [], 0
    for page, (_, text, _) in pages.items():
        for target in links(text):
            seen += 1
            path, _, anchor = target.partition("#")
            full = Path(os.path.normpath(page.parent / path)) if path else page
            inside = full.relative_to(NBS).as_posix() if full.is_relative_to(NBS) else None
            there = full if full in pages else address.get(inside)
            if there is None and not (inside and full.is_file()) or anchor and there and anchor not in known[there]:
                broken.append(f"{page.relative_to(NBS)}: {target}")
    assert broken == []
    assert seen > 100


def test_a_broken_link_is_found():
    text = "## One\n\n[a](lost.ipynb) ![b](lost.png) [c](#one) [d](#two) `[e](code)`\n\n```\n[f](code)\n```\n"
    assert links(text) == ["lost.ipynb", "lost.png", "#one", "#two"] and anchors(text) == {"one"}


def test_pages_need_no_other_server(pages):
    """Quarto adds scripts of another server where a cell shows HTML, JavaScript or widgets; themes may load fonts."""
    forbidden = {"text/html", "application/javascript", "application/vnd.jupyter.widget-view+json"}
    assert not {p.name: types for p, (_, _, types) in pages.items() if forbidden & set(types)}
    assert not [p.name for p, (_, text, _) in pages.items() if CDN.search(prose(text))]
    html = SITE["format"]["html"]
    assert html["html-math-method"] == "mathml" and all("site.scss" in theme for theme in html["theme"].values())
    assert "$web-font-path: false;" in (NBS / "site.scss").read_text(encoding="utf-8")


def test_nothing_stands_in_the_title_cell_that_the_page_would_lose():
    """nbdev makes title, line and `- key: value` of the first cell into front matter, and drops the rest of it."""

    def rest(path):
        first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]).strip()
        return re.sub(r"^# .+\n+> .+(\n+- \w[\w-]*: .+)*$", "", first)

    assert not {p.relative_to(NBS).as_posix(): rest(p) for p in sources() if p.suffix == ".ipynb" and rest(p)}


def test_cells_that_import_do_nothing_else():
    """Building the site runs them and no others, so what else they do would lack what came before."""
    mixed = []
    for path in sources():
        if path.suffix != ".ipynb":
            continue
        cells = [
            "".join(c["source"])
            for c in json.loads(path.read_text(encoding="utf-8"))["cells"]
            if c["cell_type"] == "code"
        ]
        if not any("#| export" in c for c in cells):
            continue
        for c in (c for c in cells if "#|" not in c):
            body = ast.parse(re.sub(r"^\s*[%!].*$", "", c, flags=re.M)).body
            if 0 < sum(isinstance(node, (ast.Import, ast.ImportFrom)) for node in body) < len(body):
                mixed.append(f"{path.relative_to(NBS)}: {c.splitlines()[0]}")
    assert not mixed


def test_tables_of_parameters_stand_on_the_pages_of_modules(pages):
    text = pages[NBS / "pipelines" / "00_pipeline.ipynb"][1]
    assert "| type | " in text and "### " in text


def hrefs(items):
    """What a sidebar or navbar names, `auto` as its globs."""
    for item in items:
        if isinstance(item, str):
            yield item
        else:
            for key in ("href", "section", "auto"):
                if "." in item.get(key, ""):
                    yield item[key]
            yield from hrefs(item.get("contents", []))


def test_every_page_is_in_a_sidebar_and_every_entry_is_a_page(pages):
    bar, sides = SITE["website"]["navbar"], SITE["website"]["sidebar"]
    entries = [e for side in sides for e in hrefs(side["contents"])]
    found = {e: {p for p in pages if p in NBS.glob(e)} for e in (*entries, *hrefs(bar["left"]))}
    assert not [e for e, there in found.items() if not there and "tutorials" not in e]
    assert (
        not {p.relative_to(NBS).as_posix() for p in pages}
        - {"404.qmd"}
        - {p.relative_to(NBS).as_posix() for there in found.values() for p in there}
    )
    assert not [e for e in entries if e.startswith("/")], "a leading slash breaks Quarto's automatic contents"


def test_quarto_finds_its_files():
    """nbdev looks in nbs/, and writes nbdev.yml from settings.ini."""
    assert (NBS / "_quarto.yml").is_symlink() and os.readlink(NBS / "_quarto.yml") == "../_quarto.yml"
    assert SITE["metadata-files"] == ["nbdev.yml"]
    settings = ConfigParser(delimiters=["="])
    settings.read(ROOT / "settings.ini", encoding="utf-8")
    cfg, made = settings["DEFAULT"], yaml.safe_load((NBS / "nbdev.yml").read_text(encoding="utf-8"))
    assert cfg["custom_sidebar"] == "True" and made["project"]["output-dir"] == cfg["doc_path"]
    assert made["website"]["title"] == cfg["title"] and made["website"]["description"] == cfg["description"]


def test_each_shipped_model_has_its_page():
    cards = {p.parent.name: p for p in (ROOT / "sciassist" / "weights").glob("*/README.md")}
    pages = {p.stem: p for p in (NBS / "cards").glob("*.qmd")}
    assert cards.keys() == pages.keys(), "run nbs/cards/index.ipynb"
    stale = [
        name
        for name, card in cards.items()
        if pages[name].read_text(encoding="utf-8") != card_page(card.read_text(encoding="utf-8"))
    ]
    assert not stale, "run nbs/cards/index.ipynb"
    index = (NBS / "cards" / "index.ipynb").read_text(encoding="utf-8")
    assert all(f"[{name}]({name}.qmd)" in index for name in cards), "run nbs/cards/index.ipynb"


def test_the_page_of_benchmarks_shows_every_table():
    shown = re.findall(
        r"^\{\{< include (\S+) >\}\}$", (NBS / "benchmarks" / "index.qmd").read_text(encoding="utf-8"), re.M
    )
    assert sorted(shown) == sorted(p.name for p in (NBS / "benchmarks").glob("*.md"))


@pytest.mark.parametrize("folder", ["tutorials", "howto"])
def test_the_first_page_of_a_section_leads_to_the_others(folder, pages):
    others = {p.name for p in (NBS / folder).glob("[0-9]*.ipynb")}
    assert others == {t for t in links(pages[NBS / folder / "index.ipynb"][1]) if "/" not in t} - {""}
