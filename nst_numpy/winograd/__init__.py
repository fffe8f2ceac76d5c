"""A rung between the definition and the kernels: Winograd's convolution, still in plain NumPy.

`layers` is the definition. Here are functions of the same names that come to the same numbers, up
to rounding, with a quarter of the multiplications:

- `lines`   six products for four results of a line: the derivation, and the three transforms
- `thin`    where one side has three channels there is nothing to save: another order of summing
- `layers`  the passes of every kind of layer, tile by tile, several tiles at once on several cores
"""

from nst_numpy.winograd.layers import Winograd
