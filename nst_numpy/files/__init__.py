"""The room where files become arrays and arrays become files.

Whatever can be wrong with a file is said here, in one sentence. A picture is ``(n_H, n_W, 3)`` RGB
in [0, 1]; the weights are ``{layer: (weight, bias)}``. To be read in this order:

- `reading` and `writing`: a file that cannot be used is refused; a file is replaced whole or not
  at all, by way of a file in `temporary`
- `opening`, `colours`, `deep` and `images`: from a picture of any known format to RGB in [0, 1];
  `quiet` keeps the codecs from talking meanwhile
- `encoding`, `png` and `tiff`: and back to a file, some rows at a time
- `carried`: what goes along from a photograph to its painting; its `profiles` and its `exif`, which
  is made of `directories`
- `about`: what a picture says of itself, in a text inside its file
- `hdf5`, `layouts` and `weights`: from an HDF5 file, Keras' or ours, to the 16 convolutions of
  VGG-19
- `description`: what a weights file holds, in numbers
- `embedded`: the weights and pictures that come with the package
"""
