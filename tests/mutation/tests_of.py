"""Which tests stand for a file: first those that are quick, and behind each bar what is slower."""

KERNELS = "tests/kernels/test_kernels.py"
READ = "tests/kernels/test_interpreted.py"
STRIPS = "tests/kernels/test_strips.py"
INSTRUCTIONS = "tests/kernels/test_instructions.py"
CONVOLVED = (
    f"{READ} -k line or tile or convol or points or transforms|"
    f"{KERNELS} -k convolution or points or bits or compiled"
)
J = f"{READ} -k gradient"
EVALUATED = f"tests/kernels/test_evaluation.py {STRIPS}"
STYLIZED = "tests/large/test_large_strips.py tests/large/test_cutting.py"
PICTURES = "tests/files/test_sixteen.py tests/files/test_carried.py|tests/files"
RUNS = "tests/runs/test_runs.py tests/runs/test_tables.py"
KEPT = "tests/cli/test_both_ways.py tests/cli/test_filing.py tests/cli/test_others.py"

TESTS = {  # of a file, or of all in its folder
    "nst_numpy/layers": "tests/layers|tests/test_network.py tests/test_formulas.py",
    "nst_numpy/winograd": "tests/winograd",
    "nst_numpy/costs": "tests/costs|tests/test_terms.py tests/test_objective.py",
    "nst_numpy/costs/term.py": "tests/costs/test_term.py|tests/test_terms.py",
    "nst_numpy/costs/part.py": "tests/large/test_cutting.py|tests/large/test_large_strips.py",
    "nst_numpy/optimizers": "tests/optimizers|tests/files/test_states.py",
    "nst_numpy/files": "tests/files|tests/corpus",
    "nst_numpy/files/states.py": "tests/files/test_states.py|tests/corpus",
    "nst_numpy/files/hdf5.py": "tests/files/test_weights_refused.py|tests/files tests/corpus",
    **{
        f"nst_numpy/files/{name}.py": PICTURES
        for name in ("png", "tiff", "exif", "profiles", "carried", "encoding", "directories")
    },
    "nst_numpy/kernels": f"{J}|{EVALUATED}|tests/kernels",
    "nst_numpy/kernels/bits.py": f"{INSTRUCTIONS}|{KERNELS} -k pools or first",
    "nst_numpy/kernels/vector.py": f"{INSTRUCTIONS}|{KERNELS} -k gram or points",
    "nst_numpy/kernels/compiling.py": "tests/kernels/test_compiling.py|tests/kernels",
    "nst_numpy/kernels/content.py": f"{READ} -k content|{KERNELS} -k float64",
    "nst_numpy/kernels/first.py": f"{READ} -k first|{KERNELS} -k first",
    "nst_numpy/kernels/gram.py": f"{READ} -k gram|{KERNELS} -k gram or float64",
    "nst_numpy/kernels/masked.py": f"{READ} -k region|tests/kernels/test_masked_kernels.py",
    "nst_numpy/kernels/pool.py": f"{READ} -k pools|{KERNELS} -k pools or nan",
    "nst_numpy/kernels/pooled_tiles.py": f"{READ} -k transforms|{STRIPS} -k transforms",
    "nst_numpy/kernels/terms.py": f"{J}|{STRIPS} -k seen_whole|{STYLIZED}",
    "nst_numpy/kernels/threads.py": f"tests/test_helpers.py|{KERNELS} -k convolution or gram",
    **{
        f"nst_numpy/kernels/{name}.py": CONVOLVED
        for name in ("fresh", "lines", "tiles", "points", "winograd")
    },
    "nst_numpy/kernels/product.py": f"{READ} -k product|{KERNELS} -k gram or convolution",
    "nst_numpy/evaluation.py": "tests/test_terms.py|tests/test_objective.py",
    "nst_numpy/memory.py": "tests/test_memory.py -k not measured and not told|tests/test_memory.py",
    "nst_numpy/objective.py": "tests/test_objective.py|tests/test_terms.py tests/test_stylize.py",
    "nst_numpy/large": STYLIZED,
    "nst_numpy/large/cluster.py": "tests/large/test_cluster.py",
    "nst_numpy/large/crew.py": "tests/large/test_cluster.py",
    "nst_numpy/large/worker.py": "tests/large/test_cluster.py",
    "nst_numpy/large/shelves.py": "tests/large/test_shelves.py",
    "nst_numpy/large/paper.py": "tests/large/test_paper.py",
    "nst_numpy/runs": f"{RUNS}|tests/runs {KEPT}|tests/cli/test_keeping.py tests/easel",
    "nst_numpy/runs/curves.py": "tests/runs/test_report.py",
}


def tests_of(file: str) -> list[str]:
    """Name the tests of a file: its own, those of its folder, or the one of its name."""
    folder, name = file.rsplit("/", 1)
    return (TESTS.get(file) or TESTS.get(folder) or f"tests/test_{name}").split("|")
