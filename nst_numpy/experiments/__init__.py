"""The learners' questions, each answered by an experiment: one question, one file, one figure.

Each file measures, claims and draws (see `frame`). What an experiment needs beyond the package
(another statistic of the style, say) stands in its file or in a folder beside it.
``python -m nst_numpy explain NAME`` runs one.

Shared by them:

- `frame`     what an experiment is, and how it is run
- `features`  features of a picture, J of any terms, and the ways down it
- `drawing`   panels of pictures, in light and in dark
- `scale`     how far a layer sees, and how long the lines of a picture are

Parts of one or two of them: `gram`, `weighing`, `descent`, `gradients`, `paper`, `convolving`,
`equal_style`, and `studio`, which paints with wrong gradients.
"""

from nst_numpy.experiments.frame import Answer, Claim, Experiment

EXPERIMENTS = {
    experiment.name: experiment
    for experiment in (
        Experiment("content-or-style", "What is the difference between the two costs?", 256),
        Experiment("what-a-gram-entry-means", "What does one entry of the Gram matrix mean?", 192),
        Experiment("does-a-texture-know-up-from-down", "Does a texture know up from down?", 192),
        Experiment("why-not-gram-for-content", "Why not a Gram matrix for the content, too?", 256),
        Experiment("which-content-layer", "Which layer is the content?", 256),
        Experiment("which-style-layers", "Which layers are the style?", 192),
        Experiment("which-statistic", "Which statistic is the style?", 128),
        Experiment("why-not-pixels", "Why not compare the pixels themselves?", 192),
        Experiment("alpha-beta-lambda", "What do α, β and the λ trade against each other?", 128),
        Experiment("optimizers", "Which optimizer, and what does its line search do?", 160),
        Experiment(
            "what-the-optimizer-knows", "What may an optimizer know of pictures beforehand?", 128
        ),
        Experiment("where-the-gradient-comes-from", "Where does the gradient come from?", 256),
        Experiment("trace-one-number", "What happens to one number, up and down?", 64),
        Experiment("three-convolutions", "Why are there three ways to convolve?", 256),
        Experiment("broken-gradients", "How does one notice that a gradient is wrong?", 96),
    )
}
"""All of them, in the order in which one would ask: name -> Experiment."""

__all__ = ["EXPERIMENTS", "Answer", "Claim", "Experiment"]
