"""A line is in its file whole or not at all."""

import io

import pytest

from nst_numpy.files.trace import Lines


class Short(io.FileIO):
    """A file on a disk that takes so many bytes of a line, and not one more."""

    room = 100

    def write(self, data):
        return super().write(data[: self.room])


@pytest.mark.parametrize("mode", ["wb", "ab"])
def test_of_a_line_for_which_there_is_no_room_nothing_stays(tmp_path, mode):
    path = tmp_path / "trace.jsonl"
    path.write_bytes(b"old\n")
    before = b"old\n" if mode == "ab" else b""
    lines = Lines(path, mode)
    lines._file.close()
    lines._file = Short(path, "r+")
    lines._file.seek(0, io.SEEK_END)
    lines.write(b"first\n")
    lines.write(b"the second\n")
    lines._file.room = 3
    for _ in range(2):
        with pytest.raises(OSError, match="No space left on device"):
            lines.write(b"third\n")
        assert path.read_bytes() == before + b"first\nthe second\n"
    lines._file.room = 100
    lines.write(b"third\n")
    lines.close()
    assert path.read_bytes() == before + b"first\nthe second\nthird\n"
