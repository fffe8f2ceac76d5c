"""The Python face: paint in one call, watch it while it is painted, keep what every step cost.

To be read in this order:

- `taking`    a path, a Pillow picture or any array -> RGB in [0, 1]
- `trace`     what every step cost, as a table
- `stopping`  Ctrl-C, or a notebook's interruption, between two steps
- `watching`  shows steps while they come: in a notebook, on a terminal, in a script
- `words`     what others call our arguments
- `origin`    what a painting is made of, and what its file says of that
- `painting`  what `paint` returns: to look at, to save, to go on with
- `calls`     `paint`, and `steps`
"""
