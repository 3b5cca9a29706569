"""Write README.md and CONTRIBUTING.md from notebooks: the cells that readers see, as Markdown."""

import re
import sys
from pathlib import Path

import nbformat
from nbconvert import MarkdownExporter

ROOT = Path(__file__).parent.parent


MADE = {"README.md": "index.ipynb", "CONTRIBUTING.md": "contributing.ipynb"}


def from_the_top(text: str) -> str:
    """Links to pages of the site as links to their notebooks, as seen from the top of the repository."""
    return re.sub(r"(?<=\]\()(?!https?:|#)([^)\s]+)", r"nbs/\1", text)


def readme(name: str = "README.md") -> str:
    nb = nbformat.read(ROOT / "nbs" / MADE[name], 4)
    hidden = re.compile(r"^#\|\s*hide\b", re.M)
    nb.cells = [c for c in nb.cells if not (c.cell_type == "code" and hidden.search(c.source))]
    for c in nb.cells:
        c.source = "\n".join(line for line in c.source.splitlines() if not line.startswith("#|"))
    nb.metadata["language_info"] = {"name": "python"}
    text, _ = MarkdownExporter().from_notebook_node(nb)
    return from_the_top(re.sub(r"\n{3,}", "\n\n", text)).strip() + "\n"


if __name__ == "__main__":
    stale = [
        name for name in MADE if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != readme(name)
    ]
    if "--check" in sys.argv:
        sys.exit(f"{' and '.join(stale)} out of step: run make readme" if stale else 0)
    for name in MADE:
        (ROOT / name).write_text(readme(name), encoding="utf-8")
