"""Damaged PDFs: each gives a document or an error of sciassist, never anything else, and never stops the next one."""

import os
import random
import re
import zlib
from pathlib import Path

import fuzzing
import pytest
from conftest import PAPER

from sciassist import read_document
from sciassist.core import PdfError
from sciassist.pages.sandbox import close_workers

MUTANTS = 12  # In a short run
FOLDER = os.environ.get("FUZZ_PAPERS")  # Of PDFs to damage in a long run
PAPERS = sorted(Path(FOLDER).glob("*.pdf")) if FOLDER else [PAPER]
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
OPERANDS = [
    b"-1",
    b"0",
    b"1e38",
    b"99999999999",
    b"q " * 500,
    b"BT",
    b"ET",
    b"Q",
    b"/F9 0 Tf",
    b"[(",
    b"<ff",
    b"0 0 0 0 0 0 cm",
]


@pytest.fixture(scope="module", autouse=True)
def none_left():
    yield
    close_workers()


def cut(data, rng):
    return data[: rng.randrange(len(data))]


def flip(data, rng):
    out = bytearray(data)
    for _ in range(rng.choice([1, 10, 100, 1000])):
        out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def move(data, rng):
    a, b, c = sorted(rng.randrange(len(data)) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def numbers(data, rng):
    """Replace a number of the file by one that overflows something."""
    out, at = data, rng.randrange(len(data))
    for digit in b"0123456789":
        place = out.find(bytes([digit]), at)
        if place >= 0:
            out = out[:place] + rng.choice([b"-1", b"4294967296", b"9" * 40, b"0"]) + out[place + 1 :]
    return out


def unpacked(packed):
    """Return the content of a packed stream, or nothing."""
    try:
        return zlib.decompressobj().decompress(packed, 1 << 22)
    except zlib.error:
        return b""


def redraw(data, rng):
    """Damage what a page draws: words of a content stream are replaced, and the stream is packed again."""
    streams = [m for m in STREAM.finditer(data) if b" Tf" in unpacked(m[1])]
    if not streams:
        return flip(data, rng)
    stream = rng.choice(streams)
    words = unpacked(stream[1]).split(b" ")
    for _ in range(rng.choice([1, 5, 50])):
        words[rng.randrange(len(words))] = rng.choice([*OPERANDS, rng.choice(words)])
    return data[: stream.start(1)] + zlib.compress(b" ".join(words)) + data[stream.end(1) :]


@pytest.mark.parametrize("seed", range(MUTANTS * fuzzing.FACTOR))
def test_mutants(seed):
    rng = random.Random(seed)
    mutant = rng.choice([cut, flip, move, numbers, redraw])(rng.choice(PAPERS).read_bytes(), rng)
    try:
        doc = read_document(mutant, seconds=30)
    except PdfError:
        return
    for piece in (*doc.sections, *doc.references):
        assert 0 <= piece.start <= piece.end <= len(doc.text)
