"""Speed: the heart of J again, compiled with Numba, each part tested against its definition.

`layers` and `evaluation` stay the definition; whatever is done here is wrong if it differs from
them. In the order of processing:

- `vector`, `product`   sixteen numbers at once; products of small matrices that lie in the cache
- `threads`             one team of threads, for everything
- `tiles`, `winograd`   convolution with 36 multiplications where the definition has 144
- `first`, `pool`       the first layer and the pools, in forms that suit them
- `gram`, `content`     what the costs need
- `schedule`            the steps of an evaluation, and where in memory each array lies
- `store`, `run`        the network's kernels; the arrays of one picture size
- `evaluation`          up, what the features cost, and down again

Activations are float32, ``(n_H, n_W, n_C)``, contiguous; n_C is a multiple of 16.
"""
