"""What a shell completes: the script is loaded by a real one, and asked."""

import shutil
import subprocess

import pytest
from typed import run

from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.presets import PRESETS

ASK = """
source completion.sh
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_nst_numpy
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def bash(capsys, tmp_path):
    """Ask bash what it would complete of some words, of which the last is begun."""
    if not shutil.which("bash"):
        pytest.skip("no bash here")
    code, script, _ = run(capsys, "completion", "bash")
    assert code == 0
    (tmp_path / "completion.sh").write_text(script)

    def ask(program, *words):
        made = subprocess.run(
            ["bash", "-c", program, "bash", *words], cwd=tmp_path, capture_output=True, text=True,
            check=True, timeout=60,
        )  # fmt: skip
        assert made.stderr == ""
        return made.stdout.split()

    return ask


def test_bash_completes_commands_options_and_values(bash):
    assert {"stylize", "batch", "demo", "resume"} <= set(bash(ASK, "nst_numpy", ""))
    assert bash(ASK, "nst_numpy", "st") == ["stylize"]
    assert set(bash(ASK, "nst_numpy", "stylize", "a.png", "--sta")) == {"--start", "--statistic"}
    assert bash(ASK, "nst_numpy", "stylize", "--optimizer", "ad") == ["adam"]
    assert bash(ASK, "nst_numpy", "texture", "a.png", "--start", "n") == ["noise"]
    assert set(bash(ASK, "nst_numpy", "presets", "")) == set(PRESETS)
    assert set(bash(ASK, "nst_numpy", "explain", "")) == set(EXPERIMENTS)
    assert bash(ASK, "nst_numpy", "learn", "hint", "workbook", "relu-f") == ["relu-forward"]
    assert set(bash(ASK, "nst_numpy", "completion", "")) == {"bash", "zsh", "fish"}


def test_files_are_left_to_bash_which_knows_names_with_spaces(bash, tmp_path):
    (tmp_path / "my photo.jpg").touch()
    assert bash(ASK, "nst_numpy", "stylize", "my") == []
    loaded = "source completion.sh; complete -p nst_numpy"
    found = " ".join(bash(loaded))
    assert found == "complete -o bashdefault -o default -F _nst_numpy nst_numpy"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_another_shell_takes_its_script(capsys, tmp_path, shell):
    code, script, _ = run(capsys, "completion", shell)
    assert code == 0
    for word in ("stylize", "--statistic", "wasserstein", "content-or-style"):
        assert word.lstrip("-") in script
    assert shell == "fish" or script.endswith("compdef _cyclopts_nst_numpy nst_numpy\nfi\n")
    if program := shutil.which(shell):
        (tmp_path / "script").write_text(script)
        subprocess.run([program, "-n", tmp_path / "script"], check=True, timeout=60)
