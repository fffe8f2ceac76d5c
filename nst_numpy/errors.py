"""The one exception for what a user can mend."""


class InputError(ValueError):
    """Something that was given cannot be used: one sentence, the name of the thing, what to do.

    The command line prints the sentence and leaves with exit code 2. Any other exception is a
    defect of this package and keeps its traceback.
    """
