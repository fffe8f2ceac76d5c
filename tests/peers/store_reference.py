"""Store what PyTorch says of the `CASES`: ``python tests/peers/store_reference.py``."""

import json
from pathlib import Path

import numpy as np
import torch
from cases import CASES, pictures
from torch_objective import objective

from nst_numpy import load_weights

HERE = Path(__file__).parent

if __name__ == "__main__":
    content, style, G = pictures()
    arrays = {}
    for name, chosen in CASES.items():
        terms, gradient = objective(content, style, G, chosen, load_weights())
        arrays[f"{name}_terms"] = json.dumps(terms)
        arrays[f"{name}_gradient"] = gradient
    np.savez_compressed(HERE / "reference.npz", torch=torch.__version__, **arrays)
