"""A disk of 256 KB, and as full as one wants it."""

import os
import shutil
import subprocess

import pytest

PAGE = 4096


@pytest.fixture
def disk(tmp_path):
    """A file system in memory, which only the administrator can mount."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if not mount or not hasattr(os, "geteuid") or os.geteuid():
        pytest.skip("a small disk cannot be mounted here")
    options = ["-t", "tmpfs", "-o", f"size={64 * PAGE}", "tmpfs", str(place)]
    if subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def filled(disk, pages):
    """Fill the disk but for so many pages."""
    (disk / "filler").unlink(missing_ok=True)
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    (disk / "filler").write_bytes(bytes(max(0, free - pages * PAGE)))
