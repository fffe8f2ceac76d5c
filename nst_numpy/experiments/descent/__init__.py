"""What the experiment `optimizers` needs.

- `watching`   runs by turns, and the line searches that took place in them
- `drawing`    the figure
"""
