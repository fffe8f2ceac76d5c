"""Few bytes that claim to be large pictures, and files that claim to be others."""

import struct
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from corpus_case import Case
from corpus_pictures import DAMAGED, encoded

from nst_numpy import load_image
from nst_numpy.files.opening import size_and_memory

SIDES = [0, 2**13, 13_377, 13_378, 2**15 - 1, 2**16 - 1, 2**24, 2**31 - 1, 2**32 - 1]


def png(width: int, height: int, depth: int = 8, kind: int = 2, data: bytes = b"") -> bytes:
    """A PNG without its pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        check = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


def bmp(width: int, height: int) -> bytes:
    """A BMP without its pixels."""
    info = struct.pack("<IIiHHIIIIII", 40, width % 2**32, height % 2**31, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + info


def gif(width: int, height: int) -> bytes:
    """A GIF of this screen, without a frame's pixels."""
    sides = struct.pack("<HH", width % 2**16, height % 2**16)
    return b"GIF89a" + sides + b"\x80\0\0" + bytes(6) + b",\0\0\0\0" + sides + b"\0\x02\0;"


def ppm(width: int, height: int) -> bytes:
    """A PPM without its pixels."""
    return f"P6 {width} {height} 255\n".encode()


def tiff(width: int, height: int) -> bytes:
    """A TIFF whose only strip is empty."""
    tags = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1),
            (278, height), (279, 0)]  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value % 2**32) for tag, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)


def jpeg(width: int, height: int) -> bytes:
    """A JPEG whose frame claims another size."""
    sound = encoded("jpeg-gray")
    at = sound.index(b"\xff\xc0") + 5
    return sound[:at] + struct.pack(">HH", height % 2**16, width % 2**16) + sound[at + 4 :]


def webp(width: int, height: int) -> bytes:
    """A lossless WebP of one colour."""
    bits = (min(width, 2**14) - 1) % 2**14 | ((min(height, 2**14) - 1) % 2**14) << 14
    body = b"/" + struct.pack("<I", bits) + bytes(4)
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


FORMATS = [png, bmp, gif, ppm, tiff, jpeg, webp]
OTHERS = {
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
    "pdf": b"%PDF-1.7\n1 0 obj\n",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "html": b"<!DOCTYPE html><title>404</title>",
    "zip": b"PK\x03\x04" + bytes(40),
    "elf": b"\x7fELF" + bytes(60),
    "hdf5": b"\x89HDF\r\n\x1a\n" + bytes(60),
    "npy": b"\x93NUMPY\x01\0v\0{'descr': '<f4'}\n",
    "heic": b"\0\0\0\x18ftypheic" + bytes(60),
    "ico": b"\0\0\x01\0\x01\0" + bytes(60),
    "psd": b"8BPS\0\x01" + bytes(60),
    "fits": b"SIMPLE  =                    T" + bytes(60),
    "wmf": b"\xd7\xcd\xc6\x9a" + bytes(60),
    "icns": b"icns" + bytes(60),
    "tga": bytes(2) + b"\x02" + bytes(60),
    "dds": b"DDS " + bytes(128),
    "xbm": b"#define a_width 8\n#define a_height 8\nstatic char a_bits[] = {0};\n",
    "pcx": b"\n\x05\x01\x08" + bytes(124),
    "sgi": b"\x01\xda\0\x01" + bytes(508),
    "text": b"not a picture at all\n",
    "zeros": bytes(4096),
    "newline": b"\n",
}
NOT_A_PICTURE = (r"is not a picture that can be read; it begins b.*, expected one of ",)


def refused(made: bytes, folder: Path) -> None:
    """Read it, first its header alone, which must not be believed."""
    (folder / "picture").write_bytes(made)
    memory = size_and_memory(folder / "picture")[1]
    assert memory <= 34 * 178_956_970
    if memory < 2 * 10**9:  # of what is larger, the header was enough
        load_image(folder / "picture", size=8)


def cases() -> Iterator[Case]:
    """Each format with sides of every size; and what is none of the formats."""
    for make in FORMATS:
        for width in SIDES:
            for height in sorted({1, 2**12, width}):
                name = f"{make.__name__}-{width}x{height}"
                allowed = ("(well)", *DAMAGED)
                yield Case("bomb", name, partial(refused, make(width, height)), allowed)
    for depth in (1, 2, 4, 8, 16, 3, 0, 255):
        for kind in (0, 2, 3, 4, 6, 1, 9):
            made = png(64, 64, depth, kind, bytes(100))
            yield Case("bomb", f"png-depth-{depth}-{kind}", partial(refused, made), DAMAGED)
    endless = png(64, 64, 8, 2, bytes(10**7))  # unpacks to a thousand times its bytes
    yield Case("bomb", "png-endless", partial(refused, endless), ("(well)", *DAMAGED))
    for name, made in OTHERS.items():
        yield Case("bomb", f"other-{name}", partial(refused, made), NOT_A_PICTURE)
