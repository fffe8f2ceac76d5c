"""Speed and memory of one evaluation of J and dJ/dG, beside PyTorch where it is installed.

- `contestants`  what is measured: this package's evaluation, and the same J in PyTorch
- `worker`       one contestant in a process of its own, which evaluates when it is told to
- `measure`      two workers by turns, A B A B; time per layer; cost per pixel
"""
