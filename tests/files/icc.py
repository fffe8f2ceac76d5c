"""Colour profiles (ICC, version 2) so odd that nobody can overlook whether they were used."""

import itertools
import struct

PRIMARIES = {
    "r": (0.4360, 0.2225, 0.0139),
    "g": (0.3851, 0.7169, 0.0971),
    "b": (0.1431, 0.0606, 0.7141),
}


def fixed(*values):
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def xyz(*values):
    return b"XYZ \0\0\0\0" + fixed(*values)


def gamma(value):
    return struct.pack(">4sIIH", b"curv", 0, 1, round(value * 256))


def profile(kind, space, connection, tags):
    tags = {b"wtpt": xyz(0.9642, 1, 0.8249), **tags}
    body, table = b"", struct.pack(">I", len(tags))
    for name, data in tags.items():
        table += struct.pack(">4sII", name, 128 + 4 + 12 * len(tags) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(
        ">I4sI4s4s4s12s4s24sI12s4s44s",
        128 + len(table) + len(body),
        b"",
        0x02100000,
        kind,
        space,
        connection,
        struct.pack(">6H", 2000, 1, 1, 0, 0, 0),
        b"acsp",
        b"",
        0,
        fixed(0.9642, 1, 0.8249),
        b"",
        b"",
    )
    return header + table + body


def linear_grey():
    """Grey values proportional to the light: a middle grey is stored as 55, not as 128."""
    return profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": gamma(1)})


def red_and_green_exchanged():
    """RGB of which the first number is the amount of green."""
    tags = {f"{to}XYZ".encode(): xyz(*PRIMARIES[of]) for to, of in zip("rgb", "grb", strict=True)}
    return profile(
        b"mntr", b"RGB ", b"XYZ ", tags | {f"{k}TRC".encode(): gamma(2.2) for k in "rgb"}
    )


def cyan_is_white():
    """CMYK where full cyan is white and everything without cyan is black."""
    straight = bytes(range(256))
    lab = [bytes([255 * cyan, 128, 128]) for cyan, *_ in itertools.product((0, 1), repeat=4)]
    table = struct.pack(">4sI4B", b"mft1", 0, 4, 3, 2, 0) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    table += straight * 4 + b"".join(lab) + straight * 3
    return profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table})
