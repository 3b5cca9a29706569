"""Damaged PDFs: each gives a document or an error of sciassist, never anything else, and never stops the next one."""

import random

import fuzzing
import pytest
from conftest import PAPER

from sciassist import read_document
from sciassist.core import PdfError
from sciassist.documents.sandbox import close_workers

MUTANTS = 12  # In a short run


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


@pytest.mark.parametrize("seed", range(MUTANTS * fuzzing.FACTOR))
def test_mutants(seed):
    rng = random.Random(seed)
    mutant = rng.choice([cut, flip, move, numbers])(PAPER.read_bytes(), rng)
    try:
        doc = read_document(mutant, seconds=30)
    except PdfError:
        return
    for piece in (*doc.sections, *doc.references):
        assert 0 <= piece.start <= piece.end <= len(doc.text)
