"""The optimizers: one step of gradient descent and of Adam, L-BFGS' two loops, the line search."""

from collections.abc import Sequence

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.learn.mistakes import MISTAKES
from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks.drawing import Drawn
from nst_numpy.optimizers import Adam, GradientDescent, dot
from nst_numpy.optimizers.first_order import AdamState
from nst_numpy.optimizers.lbfgs import LBFGSState, downhill
from nst_numpy.optimizers.line_search import strong_wolfe


def gradient_descent_step(x: Array, gradient: Array, learning_rate: float) -> Array:
    """Return the next point."""
    return x - learning_rate * gradient


def adam_step(
    x: Array, gradient: Array, m: Array, v: Array, t: int, learning_rate: float
) -> tuple[Array, Array, Array]:
    """Return the next point and the new means, by the package's own step."""
    point = AdamState(x=x, value=0.0, gradient=gradient, evaluations=1, m=m, v=v, t=t - 1)
    made = Adam(learning_rate).step(lambda x: (0.0, 0 * x), point)
    return made.x, made.m, made.v


def two_loop(gradient: Array, s: Sequence[Array], y: Sequence[Array]) -> Array:
    """Return the direction downhill, by the package's own two loops."""
    sy = tuple(dot(a, b) for a, b in zip(s, y, strict=True))
    state = LBFGSState(
        x=gradient, value=0.0, gradient=gradient, evaluations=1, s=tuple(s), y=tuple(y), sy=sy
    )
    return downhill(state)


def line_search(
    t: float,
    height_0: float,
    slope_0: float,
    height: float,
    slope: float,
    c1: float = 1e-4,
    c2: float = 0.9,
) -> str:
    """Say what the strong Wolfe conditions say of a step t."""
    if height > height_0 + c1 * t * slope_0 or slope > -c2 * slope_0:
        return "too long"
    return "too short" if slope < c2 * slope_0 else "right"


def steps(rng: np.random.Generator) -> Drawn:
    """Draw points and gradients, and three learning rates."""
    for rate in (0.1, 0.02, 0.5):
        yield "", (*rng.standard_normal((2, 4, 5, 3)), rate)


def steps_of_adam(rng: np.random.Generator) -> Drawn:
    """Draw the first step, where nothing is known yet, and later ones."""
    for about, t in (("first step", 1), ("", 2), ("", 5)):
        x, gradient, m, v = rng.standard_normal((4, 4, 5, 3))
        first = t == 1
        yield about, (x, gradient, 0 * m if first else m, 0 * v if first else v**2, t, 0.02)


def pairs(rng: np.random.Generator) -> Drawn:
    """Draw steps, and how the gradient of a valley that curves up changes along them."""
    for number in (1, 2, 4):
        curve = rng.uniform(0.5, 4, (4, 5, 3))
        s = tuple(rng.standard_normal((4, 5, 3)) for _ in range(number))
        about = f"{number} pair{'s' * (number > 1)}"
        yield about, (rng.standard_normal((4, 5, 3)), s, tuple(curve * x for x in s))


def trials(rng: np.random.Generator) -> Drawn:
    """Draw trial steps of all kinds."""
    for about, most in (("", 1.0), ("a little down", 1e-3)):
        for _ in range(60):
            t, slope_0 = rng.uniform(0.1, 4), -rng.uniform(0.5, 2)
            height_0 = rng.standard_normal()
            height = height_0 - most * rng.uniform(-0.2, 1) * t
            yield about, (t, height_0, slope_0, height, slope_0 * rng.uniform(-1.5, 1.5), 1e-4, 0.5)


ROWS = np.array([[1, 2], [3, 4]], float)
GRADIENT = np.array([[10, 0], [0, -10]], float)

TASKS_OF_OPTIMIZERS = (
    Task(
        name="gradient-descent-step",
        function="gradient_descent_step",
        title="Gradient descent",
        question="The gradient points uphill. Go a step the other way: return the next point.",
        formula="x ← x - η·∇f(x)",
        shapes="""
            x               any shape        where we are
            gradient        the shape of x   ∇f(x)
            learning_rate   one number       η
            x               the same shape   the next point: a new array
            """,
        returns=("next x",),
        example=(ROWS, GRADIENT, 0.1),
        hints=(
            "It is one line, and the formula is that line.",
            "x -= … changes the array that you were given, and whoever called you still needs it.",
            "Return x minus the learning rate times the gradient.",
        ),
        reference=gradient_descent_step,
        solution=(gradient_descent_step, GradientDescent),
        inputs=steps,
        mistakes=MISTAKES["gradient-descent-step"],
        chapter="docs/08-optimizers.md#gradient-descent",
    ),
    Task(
        name="adam-step",
        function="adam_step",
        title="Adam",
        question="""
            Adam remembers two running means: m of the gradients, and v of their squares. Both began
            at 0, which makes them too small at first; dividing by 1 - β^t makes up for that. Then
            each number goes at a pace of its own. Take β1 = 0.9, β2 = 0.999 and ε = 1e-8.
            """,
        formula="m ← β1·m + (1 - β1)·g        m̂ = m / (1 - β1^t)\n"
        "v ← β2·v + (1 - β2)·g²       v̂ = v / (1 - β2^t)\n"
        "x ← x - η·m̂ / (√v̂ + ε)",
        shapes="""
            x               any shape         where we are
            gradient        the shape of x    g = ∇f(x)
            m, v            the shape of x    the means before this step; 0 before the first
            t               a whole number    which step this is: 1 is the first
            learning_rate   one number        η
            x, m, v         the same shapes   the next point, and the means after this step
            """,
        returns=("next x", "next m", "next v"),
        example=(ROWS, GRADIENT, 0 * ROWS, 0 * ROWS, 1, 0.1),
        hints=(
            "Five lines, in the order of the formula. Give m̂ and v̂ names of their own.",
            "What is returned and remembered are m and v, not m̂ and v̂.",
            "Return (x, m, v). √ is np.sqrt, or **0.5; ε stands outside of the root.",
        ),
        reference=adam_step,
        solution=(Adam,),
        inputs=steps_of_adam,
        mistakes=MISTAKES["adam-step"],
        chapter="docs/08-optimizers.md#adam",
    ),
    Task(
        name="two-loop",
        function="two_loop",
        title="L-BFGS: the two loops",
        question="""
            Newton's step is -H⁻¹·∇f. H is far too large to write down, but of the last few steps we
            know s, how far they went, and y, how the gradient changed along them; and y ≈ H·s. Two
            loops over these pairs make a direction of them.
            """,
        formula="q = -∇f\n"
        "newest pair first:  part = s·q / s·y,  q ← q - part·y      (keep each part)\n"
        "between the loops:  q ← q · s·y / y·y, of the newest pair\n"
        "oldest pair first:  q ← q + (part - y·q / s·y)·s",
        shapes="""
            gradient    any shape                            ∇f
            s, y        tuples of arrays of that shape       the oldest first; at least one
            direction   the same shape                       q, after both loops
            """,
        returns=("direction",),
        example=(
            GRADIENT,
            (np.array([[1, 0], [0, 1]], float),),
            (np.array([[2, 0], [0, 4]], float),),
        ),
        hints=(
            "s·q is an inner product, one number: np.vdot(s, q). Begin with q as a new array, for "
            "gradient must stay as it is.",
            "reversed(list(zip(s, y))) goes from the newest to the oldest. Each pair's part is "
            "needed again in the second loop.",
            "Append the parts in the first loop; in the second, which goes the other way, take "
            "them from the end: the last part belongs to the oldest pair.",
        ),
        reference=two_loop,
        solution=(downhill,),
        inputs=pairs,
        mistakes=MISTAKES["two-loop"],
        chapter="docs/08-optimizers.md#the-two-loops",
        zeros=False,
    ),
    Task(
        name="line-search",
        function="line_search",
        title="How far: the strong Wolfe conditions",
        question="""
            How far should we go along a direction? Look at one trial step t: how high f lies there
            and how steep it is along the direction, beside the start. Say "too long", "too short"
            or "right". First whether it is too long: f has not gone down as far as the slope at the
            start promised, or it goes up again steeply. Then whether it is too short: still steeply
            down. Else it is right.
            """,
        formula="\"too long\"   where φ(t) > φ(0) + c1·t·φ'(0), or where φ'(t) > -c2·φ'(0)\n"
        "\"too short\"  where φ'(t) < c2·φ'(0)\n"
        '"right"      else',
        shapes="""
            t                    one number    how far the trial step goes
            height_0, slope_0    two numbers   φ(0) and φ'(0), which is negative
            height, slope        two numbers   φ(t) and φ'(t)
            c1, c2               two numbers   0 < c1 < c2 < 1
            verdict              "too long", "too short" or "right"
            """,
        returns=("verdict",),
        example=(1.0, 5.0, -2.0, 4.0, -1.9, 1e-4, 0.9),
        hints=(
            "slope_0 is negative: c1·t·φ'(0) is a descent, and -c2·φ'(0) is a positive number.",
            "Three lines: an if with an or in it, another if, and a return.",
            "The first condition promises only a small part, c1, of what the slope at the start "
            "would bring in t. The others ask whether |φ'(t)| is at most c2·|φ'(0)|.",
        ),
        reference=line_search,
        solution=(line_search, strong_wolfe),
        inputs=trials,
        mistakes=MISTAKES.get("line-search", ()),
        chapter="docs/08-optimizers.md#how-far-the-strong-wolfe-conditions",
        zeros=False,
    ),
)
