"""What other systems weigh, start from and optimize with, as `Settings`: one row for each.

- `translating`  their two weights into our α, β and λ, and back: what a `Preset` is
- `systems`      the ten systems
- `shown`        them as a table, where somebody looks at it
"""

from nst_numpy.presets.systems import PRESETS, per_pair, preset
from nst_numpy.presets.translating import PIXELS, Preset

__all__ = ["PIXELS", "PRESETS", "Preset", "per_pair", "preset"]
