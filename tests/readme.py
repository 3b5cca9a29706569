"""Write README.md from nbs/index.ipynb: the cells that readers see, as Markdown."""
import re
import sys
from pathlib import Path

import nbformat
from nbconvert import MarkdownExporter

ROOT = Path(__file__).parent.parent


def readme() -> str:
    nb = nbformat.read(ROOT / "nbs" / "index.ipynb", 4)
    hidden = re.compile(r"^#\|\s*hide\b", re.M)
    nb.cells = [c for c in nb.cells if not (c.cell_type == "code" and hidden.search(c.source))]
    for c in nb.cells:
        c.source = "\n".join(line for line in c.source.splitlines() if not line.startswith("#|"))
    nb.metadata["language_info"] = {"name": "python"}
    text, _ = MarkdownExporter().from_notebook_node(nb)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


if __name__ == "__main__":
    target = ROOT / "README.md"
    if "--check" in sys.argv:
        sys.exit(0 if target.read_text(encoding="utf-8") == readme() else "README.md is out of step: run make readme")
    target.write_text(readme(), encoding="utf-8")
