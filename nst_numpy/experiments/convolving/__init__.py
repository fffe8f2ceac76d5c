"""The same convolution three ways; the experiment `three_convolutions` compares them.

- `ways`       as plain loops, and as Winograd's; the third is `layers.conv_forward`
- `counting`   arrays that count the multiplications they take part in
- `measured`   errors, counts and times of layers of the network
- `drawing`    the figure
"""
