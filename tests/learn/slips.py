"""Every small slip in the package's own source: one sign, number, axis or comparison changed.

Nobody chose them, so they say more of the diagnosis than versions that its author thought of. What
is counted is whether the first finding explains every number of every call; whether a student
would have put it so cannot be counted.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

from nst_numpy import vgg_input
from nst_numpy.costs import content, style
from nst_numpy.layers import conv, pool, relu
from nst_numpy.learn.tasks import optimizers
from nst_numpy.optimizers import first_order, lbfgs


def with_source(task, name, made):
    """A function of the tasks that takes something from another source."""
    function = getattr(optimizers, task)
    return FunctionType(function.__code__, vars(optimizers) | {name: made[name]})


@dataclass(frozen=True)
class Slip:
    task: str
    words: str  # the line as it became
    function: Callable[..., Any]


SOURCES = {  # task -> module, what is looked at in it, and how to call it
    "vgg-input-forward": (vgg_input, "vgg_input_forward", None),
    "vgg-input-backward": (vgg_input, "vgg_input_backward", None),
    "conv-forward": (conv, "conv_forward", None),
    "conv-backward": (conv, "conv_backward", None),
    "relu-forward": (relu, "relu_forward", None),
    "relu-backward": (relu, "relu_backward", None),
    "average-pool-forward": (pool, "average_pool_forward _quarters", None),
    "average-pool-backward": (pool, "average_pool_backward _quarters", None),
    "max-pool-forward": (pool, "max_pool_forward _quarters", None),
    "max-pool-backward": (pool, "max_pool_backward _quarters", None),
    "content-cost": (content, "compare divisor", lambda m: lambda C, G: m["content_cost"](C, G)[0]),
    "content-gradient": (
        content, "compare divisor", lambda m: lambda C, G: m["content_cost"](C, G)[1]),
    "gram-matrix": (style, "gram_matrix", None),
    "style-cost": (
        style, "compare gram_matrix gram_per_position",
        lambda m: lambda S, G: m["style_cost"](m["gram_per_position"](S), G)[0]),
    "style-gradient": (
        style, "compare pull gram_matrix gram_per_position",
        lambda m: lambda S, G: m["style_cost"](m["gram_per_position"](S), G)[1]),
    "adam-step": (first_order, "step", lambda m: with_source("adam_step", "Adam", m)),
    "two-loop": (lbfgs, "downhill", lambda m: with_source("two_loop", "downhill", m)),
}  # fmt: skip

OPERATORS = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,), ast.FloorDiv: (), ast.Mod: (), ast.MatMult: (),
    ast.Gt: (ast.GtE, ast.Lt), ast.Lt: (ast.LtE, ast.Gt), ast.Eq: (ast.NotEq,),
}  # fmt: skip


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a slip of the pen may make of one node."""
    if isinstance(node, ast.BinOp):
        for operator in OPERATORS.get(type(node.op), ()):
            yield ast.BinOp(node.left, operator(), node.right)
        yield node.left
        yield node.right
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for operator in OPERATORS.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [operator()], node.comparators)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for value in {node.value + 1, node.value - 1, 2 * node.value, node.value / 2} - {
            node.value
        }:
            yield ast.Constant(type(node.value)(value))
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple | ast.Slice):
        yield node.value
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) == 2:
        yield ast.Tuple(node.elts[::-1], node.ctx)
    if (
        isinstance(node, ast.Name)
        and node.id in ("n_H", "n_W", "n_C")
        and (isinstance(node.ctx, ast.Load))
    ):
        for other in ("n_H", "n_W", "n_C"):
            if other != node.id:
                yield ast.Name(other, node.ctx)


class Replace(ast.NodeTransformer):
    def __init__(self, place, new):
        self.place, self.new = place, new

    def visit(self, node):
        if getattr(node, "place", None) == self.place:
            return ast.copy_location(copy.deepcopy(self.new), node)
        return self.generic_visit(node)


def slips(task: str) -> Iterator[Slip]:
    """Yield every version of a task's source with one slip that can still be made."""
    module, where, around = SOURCES[task]
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    places = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name in where.split():
            body = function.body[1:] if ast.get_docstring(function) else function.body
            for statement in body:
                for node in ast.walk(statement):
                    if not hasattr(node, "place"):
                        node.place = len(places)
                        places.append(node)
    for n, node in enumerate(places):
        for new in variants(node):
            changed = ast.fix_missing_locations(Replace(n, new).visit(copy.deepcopy(tree)))
            made = dict.fromkeys(("__name__", "__package__"), module.__name__)
            try:
                exec(compile(changed, module.__file__, "exec"), made)
            except Exception:
                continue
            words = f"{ast.unparse(node)} → {ast.unparse(ast.fix_missing_locations(new))}"
            name = task.replace("-", "_")
            yield Slip(task, words, around(made) if around else made[name])
