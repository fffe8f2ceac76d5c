"""Speed: the heart of J, the same computation optimised with Numba, tested against its definition.

`layers` and `evaluation` stay the definition; whatever is done here is wrong if it differs from
them by more than rounding, and the ReLUs that switch by it. In the order of processing:

- `vector`, `product`   sixteen numbers at once; products of small matrices that lie in the cache
- `bits`                one bit for each ReLU, on the way up and down
- `threads`             one team of threads, for everything
- `lines`, `tiles`, `winograd`   convolution with 64 multiplications where the definition has 324
- `pooled_tiles`        2×2 pooling within the transforms
- `points`, `fresh`     kernels at their points: kept, or for many channels made where they are used
- `first`, `pool`       the first layer and the pools, in forms that suit them
- `gram`, `content`     what the costs need
- `terms`               the three steps of the terms that are known here, Gram and content
- `strips`              all below the first pool, some rows at a time
- `store`, `room`, `workspace`  the kernels; what one picture takes; its arrays
- `risen`               how far an evaluation has gone up, and what of its top is kept
- `evaluation`          up, what the features cost, and down again: it carries out a `plan`

Activations are float32, ``(n_H, n_W, n_C)``, contiguous; n_C is a multiple of 16.
"""
