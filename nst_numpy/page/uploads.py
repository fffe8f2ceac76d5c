"""A picture from a visitor: counted while it comes, and opened in a process of its own."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from nst_numpy.errors import InputError

MOST_BYTES = 40_000_000
SLOWEST = 300.0
"""Seconds that a picture may take to come."""
LONGEST = 90.0
"""Seconds that it may take to be opened."""


async def received(chunks: AsyncIterator[bytes], path: Path, most: int = MOST_BYTES) -> int:
    """Write what comes into a file; of what is too long, or cut off, nothing stays.

    Raises
    ------
    InputError
        If it is too long, too slow, or empty.
    """
    count = 0
    try:
        with path.open("xb") as file:
            async with asyncio.timeout(SLOWEST):
                async for chunk in chunks:
                    count += len(chunk)
                    check_bytes(count, most)
                    file.write(chunk)
        check_bytes(count or None, most)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, TimeoutError):
            raise InputError("The picture came too slowly.") from None
        if isinstance(error, OSError):
            raise InputError(f"The picture cannot be kept ({error.strerror}).") from error
        raise
    return count


def check_bytes(count: int | None, most: int = MOST_BYTES) -> None:
    """Refuse a picture that is too long; or empty, which is None."""
    if count is None:
        raise InputError("This file is empty.")
    if count > most:
        raise InputError(f"A picture has at most {most // 10**6} MB here; save it smaller first.")


async def opened(path: Path, most_seconds: float = LONGEST) -> tuple[int, int]:
    """Make of a file a picture of ours, ``path.png``; return its width and height.

    Raises
    ------
    InputError
        If it is not a picture that can be used.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "nst_numpy.page.opening", str(path),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        out, _ = await asyncio.wait_for(child.communicate(), most_seconds)
    except BaseException as error:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
        if isinstance(error, TimeoutError):
            raise InputError("This file takes too long to be opened.") from None
        raise
    finally:
        path.unlink(missing_ok=True)
    try:
        told: Any = json.loads(out)
        if child.returncode:
            raise InputError(told["said"])
        return int(told["width"]), int(told["height"])
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("This file cannot be opened: its decoder gave up.") from None
