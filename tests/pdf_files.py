"""Small PDFs, good and bad, written by hand."""

import io
import zlib

import pypdf


def assemble(objects: list[bytes], root: int = 1) -> bytes:
    """A file with these objects, numbered from 1, and a table of where they stand."""
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        bytes(out)
        + head
        + table
        + b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, len(out))
    )


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


def pdf(
    contents: list[bytes],
    resources: bytes = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>",
) -> bytes:
    """A page for each content stream object."""
    first = 3 + len(contents)
    pages = [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources %s >>" % (3 + n, resources)
        for n in range(len(contents))
    ]
    kids = b" ".join(b"%d 0 R" % (first + n) for n in range(len(contents)))
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
            *contents,
            *pages,
        ]
    )


def lines(*texts: str) -> bytes:
    """A content stream with these lines, from the top of the page."""
    shown = "".join(f"({t}) Tj 0 -14 Td\n" for t in texts)
    return stream(f"BT /F1 11 Tf 72 780 Td\n{shown}ET".encode())


GOOD = pdf(
    [
        lines(
            "A Study of Commas",
            "Abstract",
            "Commas are small.",
            "References",
            "[1] A. Smith, Full stops, J. Punct. 12 (2001) 123-128.",
        )
    ]
)
NO_PAGES = pdf([])
MANY_PAGES = pdf([lines("a page")] * 10_000)
TRUNCATED = GOOD[:200]
IMAGES = pdf([stream(b"q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q")])
NESTED = pdf([stream(b"BT /F1 11 Tf " + b"[" * 200_000 + b"]" * 200_000 + b" TJ ET")])
NESTED_TREE = assemble(
    [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R] /Count 1 /X " + b"[" * 100_000 + b"]" * 100_000 + b" >>",
    ]
)


def endless(block: bytes, times: int) -> bytes:
    """What zlib makes of a block that comes so many times, without compressing it so many times."""
    packer = zlib.compressobj(9)
    first, again = (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * (times - 1)


BOMB = pdf([stream(zlib.compress(endless(b" " * 2**20, 1500), 9), b"/Filter [/FlateDecode /FlateDecode]")])
TEXT_BOMB = pdf(
    [stream(endless(b"BT /F1 1 Tf 72 700 Td " + b"(abcdefgh) Tj " * 100_000 + b"ET ", 1000), b"/Filter /FlateDecode")]
)


def encrypted(user: str, owner: str = "owner", algorithm: str = "AES-256") -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(GOOD))
    writer.encrypt(user, owner, algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
