"""What the experiments about the Gram matrix need.

- `channels`     which channel answers what, which occur together, what excites them
- `statistics`   other statistics of a style than the Gram matrix, as terms of J
- `textures`     what textures are made from, and what is seen of them
- `places`       where in a photograph the things of a painting come from
"""
