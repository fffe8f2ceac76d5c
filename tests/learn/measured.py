"""What the diagnosis makes of wrong versions: each called as a learner's function would be."""

import re
from copy import deepcopy

import numpy as np

from nst_numpy.learn.task import Seen


def seen_of(task, function, seed):
    """Call a function with what the task draws; a call that fails is left out."""
    seen = []
    for about, inputs in task.inputs(np.random.default_rng(seed)):
        expected = task.reference(*deepcopy(inputs))
        given = deepcopy(inputs)
        try:
            with np.errstate(all="ignore"):
                got = function(*given)
        except Exception:
            continue
        seen.append(Seen(inputs, got, expected, about, given))
    return seen


def said(finding):
    """What a student reads of a finding."""
    return finding.sentence


def verdict(wrong, diagnosis):
    """Return "named", "close", "unknown", "misled", or "missed" where nothing was noticed."""
    if diagnosis.right:
        return "missed"
    first, *others = map(said, diagnosis.findings[:3])
    if "no mistake that is known" in first:
        return "unknown"
    if re.search(wrong.right, first):
        return "named"
    if any(
        re.search(wrong.close, text) or re.search(wrong.right, text) for text in (first, *others)
    ):
        return "close"
    return "misled"
