"""Wrong gradients, each of which a check must catch; the experiment `broken_gradients` paints them.

- `pieces`          J and dJ/dG put together from pieces that can be exchanged
- `of_costs`, `of_layers`, `of_the_network`   the mistakes, each beside what it gets wrong
- `problems`        each piece at work on random numbers, so that it can be checked alone
- `outcome`         what came out of a check: the error, the angle, whether it was caught
- `paintings`, `drawing`   what each of them paints
"""
