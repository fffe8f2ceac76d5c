"""Mutants of a source file: each differs from it in one place, as a slip of the hand would.

Only what computes is changed: no annotation, no docstring, and no sentence that is said.
"""

import ast
import copy
from collections.abc import Callable, Iterator

OTHER = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.MatMult: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip

Change = Callable[[ast.AST], ast.AST]


def changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Yield what can be done to a node: what it is called, and the change of a copy."""

    def put(name: str, value: object) -> Change:
        return lambda one: (setattr(one, name, value), one)[1]

    if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in OTHER:
        yield "operator", put("op", OTHER[type(node.op)]())
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield "term dropped", lambda one: one.left
    if isinstance(node, ast.AugAssign):
        yield "put, not added", lambda one: ast.Assign([one.target], one.value)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER:
        yield "comparison", put("ops", [OTHER[type(node.ops[0])](), *node.ops[1:]])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield "not and minus", lambda one: one.operand
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "condition", lambda one: (
            setattr(one, "test", ast.UnaryOp(ast.Not(), one.test)), one
        )[1]  # fmt: skip
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "truth", put("value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield "number", put("value", node.value + 1)
        yield "number", put("value", node.value - 1 if node.value else 2)
    if isinstance(node, ast.Subscript) and len(getattr(node.slice, "elts", ())) > 1:
        first, second, *rest = node.slice.elts
        swapped = ast.Tuple([second, first, *rest], ast.Load())
        if ast.dump(first) != ast.dump(second):
            yield "indices", put("slice", swapped)


def computing(node: ast.AST) -> Iterator[ast.AST]:
    """Walk through what computes."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.JoinedStr | ast.Raise | ast.Import | ast.ImportFrom):
                continue
            if isinstance(one, ast.AnnAssign) and one.value is None:
                continue
            if isinstance(one, ast.AST):
                yield one
                yield from computing(one)


def mutants(source: str) -> list[tuple[int, str, str]]:
    """List all mutants: the line, what was done there, and the whole source.

    A place is found again in a copy of the tree by its number.
    """
    tree = ast.parse(source)
    made = []
    for number, node in enumerate(computing(tree)):
        for what, change in changes(node):
            other = copy.deepcopy(tree)
            target = list(computing(other))[number]
            before = ast.unparse(target).partition("\n")[0]
            new = change(copy.copy(target))
            replace(other, target, new)
            after = ast.unparse(ast.fix_missing_locations(new)).partition("\n")[0]
            text = ast.unparse(ast.fix_missing_locations(other))
            made.append((node.lineno, f"{what}: {before} -> {after}", text))  # type: ignore[attr-defined]
    return made


def replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Put one node in the place of another."""
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if value is old:
                setattr(node, name, new)
            elif isinstance(value, list) and any(one is old for one in value):
                setattr(node, name, [new if one is old else one for one in value])
