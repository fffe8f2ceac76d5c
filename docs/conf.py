"""The book: Sphinx with MyST; its pages are executed and its figures are made by the experiments.

    python -m sphinx -W --keep-going -b html docs docs/_build

The first build runs the fifteen experiments, which takes some minutes; a later one runs those
whose code has changed, and the cells of the pages that have. ``NST_EXPERIMENTS=skip`` shows the
committed figures instead, and keeps what cells have printed as long as they stay the same: to write
text, and see it in seconds.
"""

import os
import sys
from pathlib import Path

from nst_numpy import __version__

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "nst_numpy"
author = "the nst_numpy authors"
release = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx-mathjax-offline",
    "sphinx_copybutton",
    "api",
    "preview",
    "experiment",
    "formulas",
    "links",
    "touch",
]
exclude_patterns = ["_build", "_made", "figures", "notebooks", "jupyter_execute"]
numfig = True
math_number_all = False
math_eqref_format = "({number})"

myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "attrs_inline", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "cache" if os.environ.get("NST_EXPERIMENTS") == "skip" else "force"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True
suppress_warnings = ["mystnb.unknown_mime_type"]

default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "nst_numpy: style transfer, to be read"
html_static_path = ["_static", "_made/touch"]
html_css_files = ["book.css"]
html_favicon = "_static/favicon.svg"
html_baseurl = os.environ.get("NST_BOOK_URL", "")  # where it is read, if that is known
html_copy_source = False
html_show_copyright = False
copybutton_exclude = ".linenos, .gp, .go"
pygments_style = "friendly"
pygments_dark_style = "github-dark"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b7285", "color-brand-content": "#0b7285"},
    "dark_css_variables": {"color-brand-primary": "#66d9e8", "color-brand-content": "#66d9e8"},
}
