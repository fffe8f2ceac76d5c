"""Gradient descent and Adam: along the gradient, plainly or with momentum."""

from dataclasses import dataclass

from nst_numpy.arrays import Array
from nst_numpy.optimizers.state import FIRST, Function, Optimizer, State


@dataclass(frozen=True, kw_only=True)
class DescentState(State):
    """A point, and the learning rate."""

    rate: float


@dataclass(frozen=True)
class GradientDescent(Optimizer):
    """Walk downhill: ``x ← x - η·M·∇f(x)``, with the metric M; by default M = 1.

    η is the learning rate; by default such that the first step has the size `FIRST`.
    """

    kind = DescentState

    def start(self, function: Function, x: Array) -> DescentState:
        """Return the state at the start."""
        point = self.evaluate(function, x)
        rate = float(self.learning_rate or FIRST / (self.size(self.metric(point.gradient)) or 1.0))
        return DescentState(**vars(point), rate=rate)

    def step(self, function: Function, state: DescentState) -> DescentState:
        """Return the state one step further on."""
        x = state.x - state.rate * self.metric(state.gradient)
        point = self.evaluate(function, x, state.evaluations, state.rate)
        return DescentState(**vars(point), rate=state.rate)


@dataclass(frozen=True, kw_only=True)
class AdamState(State):
    """A point; the running means m of the gradients and v of their squares; the steps so far."""

    m: Array
    v: Array
    t: int


@dataclass(frozen=True)
class Adam(Optimizer):
    """Walk with momentum, each number at a pace of its own: ``x ← x - η·m̂ / (√v̂ + ε)``.

    m is a running mean of the gradients and v of their squares. Both begin at 0, and dividing by
    1 - β^t makes up for that (m̂, v̂). A number moves by about η a step, however large or small its
    gradient is. η is the learning rate, in the units of x; 0.05 by default. With a metric, the step
    is as long as without one, but the metric shapes it.

    Attributes
    ----------
    beta1, beta2
        How slowly the running means of the gradient and of its square forget.
    epsilon
        Keeps the division from blowing up where the gradient is 0.

    References
    ----------
    Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    kind = AdamState

    def start(self, function: Function, x: Array) -> AdamState:
        """Return the state at the start."""
        return AdamState(**vars(self.evaluate(function, x)), m=0 * x, v=0 * x, t=0)

    def step(self, function: Function, state: AdamState) -> AdamState:
        """Return the state one step further on."""
        rate = float(self.learning_rate or 0.05)
        t = state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * state.gradient
        v = self.beta2 * state.v + (1 - self.beta2) * state.gradient**2
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        step = m_hat / (v_hat**0.5 + self.epsilon)
        x = state.x - rate * self.shaped(step)
        return AdamState(**vars(self.evaluate(function, x, state.evaluations, rate)), m=m, v=v, t=t)

    def shaped(self, step: Array) -> Array:
        """Return M·step, made as long as the step itself was."""
        moved = self.metric(step)
        return moved * (self.size(step) / (self.size(moved) or 1.0))
