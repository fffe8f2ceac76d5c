"""Speed and memory of one evaluation of J and dJ/dG, and what many of them lead to.

One evaluation, beside PyTorch where it is installed:

- `contestants`  what is measured: this package's evaluation, and the same J in PyTorch
- `worker`       one contestant in a process of its own, which evaluates when it is told to
- `measure`      two workers by turns, A B A B; time per layer; cost per pixel

A painting, by J of the picture that would be saved:

- `painting`     the settings that make J comparable; a picture as it is saved
- `painter`      one contestant in a process of its own, which paints on when it is told to
- `quality`      two painters by turns: how long until the picture is almost as good as it gets
- `evaluations`  how many the default settings need for what plain L-BFGS reaches
- `octaves`      how fine a texture and a painting are, beside their style
"""
