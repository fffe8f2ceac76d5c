"""The code of an experiment without its words: by it one sees whether a figure is stale."""

import ast
import hashlib
from io import StringIO
from pathlib import Path
from tokenize import COMMENT, generate_tokens

from nst_numpy.experiments import Experiment

FOLDER = Path(__file__).parent.parent.parent / "nst_numpy" / "experiments"
SHARED = {"frame", "features", "drawing", "scale"}  # they are not one experiment's own


def code_of(experiment: Experiment) -> str:
    """Hash an experiment's own code, and the size that its pictures have."""
    own = experiment.module.rpartition(".")[2]
    files, waiting = {}, [FOLDER / f"{own}.py"]
    while waiting:
        file = waiting.pop()
        if file not in files:
            files[file] = bare(file.read_text())
            waiting += parts(file)
    code = "\n".join(files[file] for file in sorted(files))
    return hashlib.sha256(f"{experiment.size} {code}".encode()).hexdigest()


def parts(file: Path) -> list[Path]:
    """Return the files of `experiments/` that a file imports, without those that all share."""
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "nst_numpy.experiments"
        ):
            inside = node.module.split(".")[2:]
            for names in ([*inside, alias.name] for alias in node.names):
                paths = [FOLDER.joinpath(*names[:n]) for n in (len(names), len(names) - 1)]
                found += [path.with_suffix(".py") for path in paths] + [
                    path / "__init__.py" for path in paths if path != FOLDER
                ]
    return [path for path in found if path.is_file() and path.stem not in SHARED]


def bare(text: str) -> str:
    """Return the lines of a file without docstrings, comments and blank lines."""
    lines = text.splitlines()
    for token in generate_tokens(StringIO(text).readline):
        if token.type == COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            first, last = node.body[0].lineno - 1, node.body[0].end_lineno
            lines[first:last] = [""] * (last - first)
    return "\n".join(line.rstrip() for line in lines if line.strip())
