"""What the experiments about the Gram matrix need.

- `channels`     which channel answers what, which occur together, the patches that excite them
- `statistics`   other statistics of the style than the full Gram matrix, each with its gradient
- `places`       where in a photograph the things of a painting come from
"""
