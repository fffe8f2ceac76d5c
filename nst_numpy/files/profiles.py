"""Colour profiles made of three primaries and a curve each: from their numbers to sRGB, and back.

Most cameras and screens have such a profile: sRGB, Adobe RGB, Display P3, ProPhoto RGB. It says
that light is a weighted sum of red, green and blue, after each number has gone through its curve:
XYZ = M·curve(rgb), with XYZ under the light D50. So it can be used in floating point, in both
directions, where Pillow's way through Little CMS has 8 bits. Source: International Color
Consortium, Specification ICC.1:2022, clauses 8.3.3, 10.6, 10.18 and F.3.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MOST_BYTES, MOST_TAGS, POINTS = 2**20, 100, 4096
"""How long a profile may be, how many entries it may have, and in how many points its curves are
taken down."""

SRGB = np.array([[28576, 25239, 9375], [14581, 46983, 3972], [912, 6361, 46787]]) / 65536
"""The primaries of sRGB (IEC 61966-2-1) as its columns, adapted to D50 and rounded as in every
profile of sRGB: rounded otherwise, what goes there and back differs in the 11th bit."""

GRID = np.linspace(0, 1, POINTS)


def srgb_curve(x: np.ndarray) -> np.ndarray:
    """Return the light of numbers in sRGB."""
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def srgb_number(light: np.ndarray) -> np.ndarray:
    """Return the numbers of some light in sRGB."""
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


@dataclass(frozen=True, eq=False)
class Profile:
    """A colour profile that can be used in both directions.

    Attributes
    ----------
    data : bytes
        As a file holds it.
    matrix : ndarray, shape (3, 3)
        From the light of its primaries to XYZ under D50.
    curves : ndarray, shape (3, POINTS)
        The light at numbers from 0 to 1; none falls.
    """

    data: bytes
    matrix: np.ndarray
    curves: np.ndarray

    def to_srgb(self, rgb: np.ndarray) -> np.ndarray:
        """Return its numbers (…, 3) in [0, 1] as sRGB; what sRGB lacks is cut off."""
        light = np.stack([np.interp(rgb[..., k], GRID, self.curves[k]) for k in range(3)], -1)
        light = light @ (np.linalg.inv(SRGB) @ self.matrix).T
        return srgb_number(np.clip(light, 0, 1)).astype(np.float32)

    def from_srgb(self, rgb: np.ndarray) -> np.ndarray:
        """Return sRGB (…, 3) in [0, 1] as its numbers; what it lacks is cut off."""
        light = srgb_curve(rgb.astype(np.float64)) @ (np.linalg.inv(self.matrix) @ SRGB).T
        light = np.clip(light, 0, 1)
        found = [np.interp(light[..., k], self.curves[k], GRID) for k in range(3)]
        return np.stack(found, -1).astype(np.float32)


def read_profile(data: bytes) -> Profile:
    """Read a profile.

    Raises
    ------
    ValueError
        If it is damaged, too large, or of another kind; the message says why.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"it has more than {MOST_BYTES} bytes")
    if data[16:20] != b"RGB " or data[20:24] != b"XYZ " or data[36:40] != b"acsp":
        raise ValueError("it is not made of three primaries")
    try:
        tags = tags_of(data)
        if b"A2B0" in tags or b"B2A0" in tags:
            raise ValueError("it is not made of three primaries alone")
        matrix = np.stack([primary(tags[name + b"XYZ"]) for name in (b"r", b"g", b"b")], axis=1)
        curves = np.stack([curve(tags[name + b"TRC"])(GRID) for name in (b"r", b"g", b"b")])
    except (KeyError, struct.error, IndexError, FloatingPointError):
        raise ValueError("it is damaged") from None
    usable = np.isfinite(curves).all() and np.isfinite(matrix).all()
    if not usable or (np.diff(curves) < 0).any() or abs(np.linalg.det(matrix)) < 1e-4:
        raise ValueError("its curves or primaries cannot be turned round")
    if (curves[:, 0] > 0.05).any() or (curves[:, -1] < 0.95).any():
        raise ValueError("its curves do not go from black to white")
    return Profile(data, matrix, curves)


def tags_of(data: bytes) -> dict[bytes, bytes]:
    """Return the parts of a profile by their names; those that lead outside are left out."""
    (count,) = struct.unpack_from(">I", data, 128)
    found = {}
    for k in range(min(count, MOST_TAGS)):
        name, place, length = struct.unpack_from(">4sII", data, 132 + 12 * k)
        if place + length <= len(data):
            found[name] = data[place : place + length]
    return found


def primary(part: bytes) -> np.ndarray:
    """Read XYZ of a primary."""
    return np.array(struct.unpack_from(">3i", part, 8)) / 65536


def curve(part: bytes) -> Callable[[np.ndarray], np.ndarray]:
    """Read a curve: a power, a table, or one of ICC's five formulas."""
    if part[:4] == b"curv":
        (count,) = struct.unpack_from(">I", part, 8)
        if count == 0:
            return lambda x: x
        if count == 1:
            gamma = struct.unpack_from(">H", part, 12)[0] / 256
            return lambda x: x**gamma
        table = np.frombuffer(part, ">u2", count, 12) / 65535 if count < MOST_BYTES else np.zeros(1)
        return lambda x: np.interp(x, np.linspace(0, 1, len(table)), table)
    if part[:4] != b"para":
        raise KeyError(part[:4])
    (kind,) = struct.unpack_from(">H", part, 8)
    g, a, b, c, d, e, f = (
        np.array(struct.unpack_from(f">{(1, 3, 4, 5, 7)[kind]}i", part, 12)) / 65536
    ).tolist() + [0.0] * (7 - (1, 3, 4, 5, 7)[kind])
    if kind == 0:
        return lambda x: x**g
    if kind < 3:  # a power, and c below where it begins; of kind 1, c is 0
        if a <= 0:
            raise KeyError(a)
        return lambda x: np.where(x >= -b / a, np.maximum(a * x + b, 0) ** g, 0) + c
    return lambda x: np.where(x >= d, np.maximum(a * x + b, 0) ** g + e, c * x + f)


def srgb_profile() -> bytes:
    """Return sRGB as a profile, the same bytes at any time."""
    from PIL import ImageCms

    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data[24:36] = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)  # when it was made
    data[84:100] = bytes(16)  # its checksum, which may be left out
    return bytes(data)
