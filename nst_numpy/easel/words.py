"""What arguments are called: the settings' names for the Tab key, and the words of others."""

from collections.abc import Callable
from dataclasses import fields
from inspect import Parameter, signature
from typing import Any, TypeVar

from nst_numpy.settings import Settings

CALLED = {
    "alpha": "content_weight",
    "beta": "style_weight",
    "computing=nst.Computing(…)": "backend threads memory device gpu n_jobs num_threads",
    "content_masks": "mask masks content_mask",
    "gain": "tol tolerance",
    "iterations": "n_iter num_iter num_iterations max_iter max_num_iter steps num_steps epochs",
    "learning_rate": "lr step_size",
    "optimizer": "solver optim",
    "progress": "verbose",
    "seed": "random_state rng random_seed",
    "size": "image_size imsize max_size max_dim",
    "start": "init init_image initial",
    "style_masks": "style_mask",
    "the method save of what paint returns": "save output out output_path filename",
    "tv_weight": "tv total_variation_weight",
}
"""Ours -> what it is called by others: PyTorch, scikit-learn, scikit-image, other programs."""
OURS = {name: ours for ours, names in CALLED.items() for name in names.split()}


def ours_for(word: str) -> str:
    """Say what a word of others is here; nothing, if none is known."""
    ours = OURS.get(word)
    return f"; here it is {ours}." if ours else ""


Called = TypeVar("Called", bound=Callable[..., Any])


class AsInSettings:
    """The default of a setting that is given by its name, as help shows it."""

    def __repr__(self) -> str:
        return "…"


def with_settings(function: Called) -> Called:
    """Let the Tab key offer every one of the `Settings` where a function has ``**choices``."""
    usual = signature(function)
    own = [one for one in usual.parameters.values() if one.kind != Parameter.VAR_KEYWORD]
    also = [
        Parameter(one.name, Parameter.KEYWORD_ONLY, default=AsInSettings())
        for one in fields(Settings)
    ]
    function.__signature__ = usual.replace(parameters=own + also)  # type: ignore[attr-defined]
    return function
