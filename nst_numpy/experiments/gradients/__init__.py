"""What the experiment `where_the_gradient_comes_from` needs.

- `way`       a gradient on its way down, step by step, and how far a layer sees
- `drawing`   the figure
"""
