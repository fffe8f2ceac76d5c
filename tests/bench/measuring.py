"""Measure once what is printed in two forms."""


def measured_once(measure):
    """Return a function that measures at its first call with some arguments, and remembers."""
    known = {}

    def remembered(*arguments):
        if repr(arguments) not in known:
            known[repr(arguments)] = measure(*arguments)
        return known[repr(arguments)]

    return remembered
