"""Build vgg19.h5 from the canonical Keras file: ``python weights/build.py FILE [OUTPUT]``.

The README beside this script says where that file comes from.
"""

import sys
from pathlib import Path

import h5py
import numpy as np

from nst_numpy.errors import InputError
from nst_numpy.files.description import CANONICAL_FINGERPRINT, fingerprint
from nst_numpy.files.reading import first_bytes, sha256_of
from nst_numpy.files.weights import load_weights
from nst_numpy.files.writing import check_output, replacing

SOURCE = "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"
SOURCE_SHA256 = "bde7da0dfd621cbf86e11ce04e4946a9a42634c2cfd21318bba090d860699e35"
OUTPUT = Path(__file__).with_name("vgg19.h5")

ATTRIBUTES = {
    "title": "VGG-19, the 16 convolutions: weight (3, 3, n_C_in, n_C_out) and bias (n_C_out,)",
    "authors": "Karen Simonyan and Andrew Zisserman, Visual Geometry Group, University of Oxford",
    "licence": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
    "changes": "converted from Caffe to Keras (without the dense layers), then rounded to float16",
    "input": "BGR, 0 to 255, minus (103.939, 116.779, 123.68)",
    "source": SOURCE,
    "source_sha256": SOURCE_SHA256,
}


def build(source: Path, output: Path) -> None:
    """Verify the Keras file and write its 16 convolutions in float16."""
    first_bytes(source)
    if (found := sha256_of(source)) != SOURCE_SHA256:
        raise InputError(f"{source} has the sha256 {found}, expected {SOURCE_SHA256}.")
    weights = load_weights(source)
    with replacing(check_output(output)) as temporary, h5py.File(temporary, "w") as file:
        file.attrs.update(ATTRIBUTES)
        for layer, (weight, bias) in weights.items():
            store(file, f"{layer}/weight", weight)
            store(file, f"{layer}/bias", bias)


def store(file: h5py.File, name: str, values: np.ndarray) -> None:
    """Write one tensor in one compressed chunk, without a date: the same bytes on every day."""
    file.create_dataset(
        name,
        data=values.astype("<f2"),
        chunks=values.shape,
        shuffle=True,
        compression="gzip",
        compression_opts=9,
        track_times=False,
    )


def report(source: Path, output: Path) -> None:
    """Print what the README quotes: checksums and the error of rounding."""
    exact, rounded = load_weights(source), load_weights(output)
    error = signal = 0.0
    for layer, pair in exact.items():
        for a, b in zip(pair, rounded[layer], strict=True):
            error += float(np.sum(np.square(a - b, dtype=np.float64)))
            signal += float(np.sum(np.square(a, dtype=np.float64)))
    print(f"{output}: {output.stat().st_size} bytes")
    print(f"sha256       {sha256_of(output)}")
    print(f"fingerprint  {fingerprint(rounded)}")
    print(f"canonical    {fingerprint(rounded) == fingerprint(exact) == CANONICAL_FINGERPRINT}")
    print(f"rounding     {np.sqrt(error / signal):.2e} (relative root mean square)")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    paths = Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else OUTPUT
    try:
        build(*paths)
        report(*paths)
    except InputError as error:
        sys.exit(str(error))
