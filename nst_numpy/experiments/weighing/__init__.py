"""What the experiment `alpha_beta_lambda` needs.

- `trade`   paintings for several β/α and λ, and what each gives of one cost for the other
- `pulls`   how hard each term of J pulls at the pixels
"""
