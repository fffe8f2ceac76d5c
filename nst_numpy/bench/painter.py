"""Paint in a process of its own: ``python -m nst_numpy.bench.painter NAME N_H N_W LOSS``.

It prepares, evaluates J once to warm up, and says ``ready``. Then for each line on standard input
it paints on until it has the next picture, and answers with a line, ``evaluations seconds``, and
the picture's bytes. The clock stands still from there to the next line on standard input. When the
input ends, so does the painting.
"""

import sys
from time import perf_counter
from typing import Any, cast

from nst_numpy.arrays import Array
from nst_numpy.backend import Backend, Computing
from nst_numpy.bench import pastiche
from nst_numpy.bench.contestants import torch_objective
from nst_numpy.bench.painting import Loss, Task, saved, task
from nst_numpy.objective import Objective
from nst_numpy.stylize import stylize


class Watch:
    """A clock that runs while there is painting."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def ready(self) -> None:
        """Say so, and start the clock when it is wanted."""
        self._say(b"ready\n")

    def show(self, evaluations: int, picture: Array) -> None:
        """Stop the clock, show the picture as it is saved, and start it when more is wanted."""
        self.seconds += perf_counter() - self.began
        self._say(f"{evaluations} {self.seconds}\n".encode() + saved(picture).tobytes())

    def _say(self, what: bytes) -> None:
        sys.stdout.buffer.write(what)
        sys.stdout.buffer.flush()
        if not sys.stdin.readline():
            raise SystemExit
        self.began = perf_counter()


def ours(of: Task, backend: Backend, watch: Watch) -> None:
    """Paint with our optimizer, at one scale and without a margin."""

    def prepared(*pictures_and_settings: Any, **more: Any) -> Objective:
        J = Objective(*pictures_and_settings, **more)
        J(of.content)
        watch.ready()
        return J

    computing = Computing(backend=backend)
    for step in stylize(of.content, [of.style], of.settings, of.weights, computing, prepared):
        watch.show(step.evaluations, step.image)


def torch(content: Array, style: Array, watch: Watch) -> None:
    """Paint with the loop of the PyTorch tutorial: plain L-BFGS, pixels clamped in the closure.

    Alexis Jacq, "Neural Transfer Using PyTorch", pytorch.org/tutorials. The loop, the optimizer and
    its defaults are the tutorial's (no line search, learning rate 1, 20 iterations a call, 100
    pairs of memory); the network, J and its weights are ours.
    """
    import torch

    J = torch_objective(content, style)
    picture = torch.from_numpy(content.copy()).requires_grad_()
    optimizer = torch.optim.LBFGS([picture])
    J(picture).backward()
    watch.ready()
    evaluations = 0

    def closure() -> "torch.Tensor":
        nonlocal evaluations
        with torch.no_grad():
            picture.clamp_(0, 1)
        optimizer.zero_grad()
        value = J(picture)
        value.backward()
        evaluations += 1
        watch.show(evaluations, picture.detach().numpy())
        return value

    while True:  # until nobody wants to see more
        optimizer.step(closure)


def main(name: str, n_H: int, n_W: int, loss: Loss) -> None:
    """Paint the castle after the church."""
    of, watch = task(loss, n_H, n_W), Watch()
    if name == "torch":
        torch(of.content, of.style, watch)
    elif name == "pastiche":
        pastiche.paint(of.content, of.style, watch.ready, watch.show)
    else:
        ours(of, cast("Backend", name), watch)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), cast("Loss", sys.argv[4]))
