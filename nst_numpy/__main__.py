"""``python -m nst_numpy``."""

from nst_numpy.cli import main

if __name__ == "__main__":
    main()
