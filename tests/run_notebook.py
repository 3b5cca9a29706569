"""Run one notebook as nbdev_test does, and compare the text that it shows with the text that is committed.

`python tests/run_notebook.py NOTEBOOK` exits with 1 if a cell fails, and with 2 if only outputs differ. Compared are
standard output, results and displays as Markdown, text of HTML or plain text; not images, the tags of HTML or standard
error. Numbers with a decimal point may differ by 2 % or 0.05, whitespace and dashes by any number. A cell whose text
cannot be the same twice has the tag `varies` in its metadata. `make outputs` runs and saves the notebooks whose text
differs.
"""

import math
import re
import sys
from pathlib import Path

import nbdev.test
from execnb.shell import CaptureShell

ROOT = Path(__file__).resolve().parent.parent

SKIPPED_FLAGS = ["notest", "slow", "gpu", "net"]
NUMBER = re.compile(r"-?\d*\.\d+(?:e[+-]?\d+)?")
ADDRESS = re.compile(r" at 0x[0-9a-f]+")  # <Thing at 0x7f3c20b2e450>; nbdev_clean takes it out, too
FIGURE = re.compile(r"^<Figure size .*>$")  # the text of an image
TAGS = re.compile(r"<(style|script|svg)\b.*?</\1>|<[^<>]+>", re.DOTALL)  # of HTML, with their ids
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")  # a colour of the terminal
JUPYTER_COLUMNS = 20  # of a table that pandas prints in Jupyter; in a terminal it is as many as fit
RELATIVE = 0.02  # of a number; times and shares of small runs
ABSOLUTE = 0.05  # 8-bit networks: a processor without VNNI cuts sums off, which moves a probability this much


def text_of(data: dict) -> str:
    """Return the text of a display or result in its richest form."""
    rich = {kind: "".join(data[kind]) for kind in ("text/markdown", "text/html", "text/plain") if kind in data}
    if "text/html" in rich:
        rich["text/html"] = TAGS.sub(" ", rich["text/html"])
    return next(iter(rich.values()), "")


def shown(outputs: list[dict]) -> list[str]:
    """Return what a cell shows as text: standard output joined, then each result or display."""
    printed, displayed = [], []
    for output in outputs:
        if output["output_type"] == "stream":
            printed += output["text"] if output["name"] == "stdout" else []
        elif data := output.get("data"):
            displayed.append(text_of(data))
    return [text for text in ("".join(printed), *displayed) if text.strip() and not FIGURE.match(text)]


def normal_form(text: str) -> str:
    """Return `text` without colours and addresses, and with single spaces and dashes (widths of columns)."""
    text = ADDRESS.sub("", ESCAPE.sub("", text))
    return re.sub(r"([-─━═])\1+", r"\1", " ".join(text.split()))


def same_text(one: str, other: str) -> bool:
    """Tell whether two texts differ in nothing but a little in their numbers with a decimal point."""
    one, other = normal_form(one), normal_form(other)
    if NUMBER.split(one) != NUMBER.split(other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other))
    return all(math.isclose(float(a), float(b), rel_tol=RELATIVE, abs_tol=ABSOLUTE) for a, b in pairs)


def difference(committed: list[dict], executed: list[dict]) -> str | None:
    """Return what a cell showed, committed and executed, if the two are not the same; else None."""
    before, after = shown(committed), shown(executed)
    if len(before) == len(after) and all(map(same_text, before, after)):
        return None
    return "committed:\n{}\nexecuted:\n{}".format(*("\n".join(texts) or "nothing" for texts in (before, after)))


class ComparingShell(CaptureShell):
    """A shell that remembers which cells showed other text than their notebook holds."""

    found: list[str] = []

    def cell(self, cell, **options):
        """Run one cell and compare its outputs."""
        committed = cell.get("outputs", [])
        cell.outputs = []
        if pandas := sys.modules.get("pandas"):
            pandas.set_option("display.max_columns", JUPYTER_COLUMNS)
        super().cell(cell, **options)
        varies = "varies" in cell.get("metadata", {}).get("tags", [])
        if not varies and (found := difference(committed, cell.outputs)):
            self.found.append(f"cell {cell.get('id', cell.idx_)}\n{found}")


def run(path: Path) -> int:
    """Run the notebook; return the status of the process."""
    nbdev.test.CaptureShell = ComparingShell
    passed, _ = nbdev.test.test_nb(path, skip_flags=SKIPPED_FLAGS)
    if not passed:
        return 1
    for text in ComparingShell.found:
        print(f"{path.name}: other text than committed, {text}\n")
    return 2 if ComparingShell.found else 0


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[-1]).resolve()))
