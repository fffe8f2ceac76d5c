"""A network small enough for paper; the experiment `trace_one_number` walks through it.

- `network`   a picture of 4×4, one convolution, two channels
- `page`      a step and its numbers, as one would write them
- `steps`     every step up and down
- `drawing`   all of it in one figure
"""
