"""How much memory is left: by the machine, by the groups that a process is in, by a limit."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def available_memory() -> int:
    """Return how many bytes a painting may take: some are left for the error of a guess."""
    import psutil  # which takes its time

    free = [psutil.virtual_memory().available, *groups_memory_left(), *address_space_left()]
    return int(0.85 * max(min(free), 0))


def groups_memory_left(
    ours: Path = Path("/proc/self/cgroup"), groups: Path = Path("/sys/fs/cgroup")
) -> Iterator[int]:
    """Yield how much each group of processes that this one is in, as in a container, leaves it.

    Linux has two generations of control groups; in either, a group counts for those in it, too.
    Memory that holds files only until somebody needs it does not count as taken.
    """
    if not ours.exists():
        return
    for line in ours.read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers:
            names = "memory.max", "memory.current", "inactive_file"
            root = groups
        elif "memory" in controllers.split(","):
            names = "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
            root = groups / "memory"
        else:
            continue
        place = root / path.lstrip("/")
        for group in [place, *place.parents]:
            with suppress(OSError, ValueError, KeyError):  # no such group here, or no limit
                limit, taken = (int((group / name).read_text()) for name in names[:2])
                with_files = (group / "memory.stat").read_text().split()
                files = dict(zip(with_files[::2], map(int, with_files[1::2]), strict=True))
                yield limit - taken + files[names[2]]
            if group == root:
                break


def address_space_left() -> list[int]:
    """Return how much a limit on this process (``ulimit -v``, ``-d``) leaves it, if there is."""
    if (space := address_space()) is None:
        return []
    limit, taken, resident = space
    return [limit - (taken - resident)]  # the prediction counts the resident


def address_space() -> tuple[int, int, int] | None:
    """Return a limit on this process, and how much is taken and resident of it.

    Of all addresses (``ulimit -v``), or of those for data alone (``ulimit -d``): the one that
    leaves less.
    """
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return None
    import resource

    pages = [resource.getpagesize() * int(n) for n in statm.read_text().split()]
    everything, resident, data = pages[0], pages[1], pages[5]
    limits = [
        (limit, taken, min(resident, taken))
        for which, taken in ((resource.RLIMIT_AS, everything), (resource.RLIMIT_DATA, data))
        if (limit := resource.getrlimit(which)[0]) != resource.RLIM_INFINITY
    ]
    return min(limits, key=lambda one: one[0] - one[1], default=None)
