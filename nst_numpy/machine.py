"""What the bits of a painting depend on besides pictures and settings."""

import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from nst_numpy.backend import Computing, threads, which_backend
from nst_numpy.network import Network

Fingerprint = dict[str, str | int]


def fingerprint(computing: Computing, network: Network) -> Fingerprint:
    """Return versions, processor, backend and threads: where all agree, so do the bits."""
    backend = which_backend(computing, network)
    found: Fingerprint = {
        "nst_numpy": version_of("nst_numpy"),
        "numpy": np.__version__,
        "backend": backend,
        "threads": threads(computing),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": " ".join(extensions()),
    }
    if backend == "numba":
        import llvmlite.binding

        found["numba"] = version_of("numba")
        found["llvmlite"] = version_of("llvmlite")
        found["processor"] = f"{llvmlite.binding.get_host_cpu_name()} {found['processor']}".strip()
    else:
        found["blas"] = blas_of_numpy()
    return found


def blas_of_numpy() -> str:
    """Name the library that multiplies NumPy's matrices; SciPy, if it is loaded, has its own."""
    known = [one for one in threadpool_info() if one["user_api"] == "blas"]
    its_own = [one for one in known if "numpy" in one["filepath"]] or known
    return " ".join(
        f"{one['internal_api']} {one['version']} {one.get('architecture', '')}".strip()
        for one in its_own
    )


def peak_memory() -> int:
    """Return the largest resident memory of this process so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux; its ru_maxrss begins with the memory of the parent process
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return 1024 * int(lines["VmHWM"].split()[0])
    if sys.platform == "win32":
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak) * (1 if sys.platform == "darwin" else 1024)


def version_of(name: str) -> str:
    """Return the version of what is installed under a name."""
    from importlib.metadata import PackageNotFoundError, version  # which loads much

    try:
        return version(name)
    except PackageNotFoundError:  # run from its folder
        return "unknown"


def extensions() -> list[str]:
    """Return the instructions of this processor that NumPy knows of."""
    config: Any = np.show_config(mode="dicts")
    found: list[str] = config.get("SIMD Extensions", {}).get("found", [])
    return found


def differences(then: Fingerprint, now: Fingerprint) -> str:
    """Say what differs, as in ``threads 2, now 4``; nothing if nothing does."""
    names = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    return "; ".join(
        f"{name} {then.get(name, 'none')}, now {now.get(name, 'none')}" for name in names
    )
