"""What a painter chooses beside the paper: how hard each term pulls, what is saved, textures.

Nothing on the reading path knows of it, and each file stands for itself:

- `pulls`       what each term asks of the pixels, and λ that let every layer ask for as much
- `keeping`     what is saved: the last picture, the best, or the average of the last ones
- `colouring`   the steps of a painting that keeps the photograph's colours
- `normalised`  the gradient of each term at its layer, brought to one length
- `texture`     style without content, of any size, and such that tiles of it have no seam
- `cases`       what these add to a gradient, for ``check``
"""

from nst_numpy.studio.keeping import averages, better, last
from nst_numpy.studio.normalised import NormalisedGradients
from nst_numpy.studio.pulls import Pulls, Watched, balanced, measured, pulls, pulls_at
from nst_numpy.studio.texture import Tileable, texture
