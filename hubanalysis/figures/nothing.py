"""The figure of a study that has nothing to draw: an empty sheet that says so."""

from __future__ import annotations

from matplotlib.axes import Axes

from hubanalysis.figures import style
from hubanalysis.locale.translator import Translator

__all__ = ["NOTHING_DRAWN", "nothing_in_words", "nothing_to_draw"]

#: The label of such a figure, by which the door knows it and says a sentence instead.
NOTHING_DRAWN = "nothing drawn"


def nothing_in_words(text: Translator) -> str:
    """The sentence, which is also the figure's alternative text."""
    return text("Nothing to draw: this study has no such data.")


@style.styled
def nothing_to_draw(text: Translator) -> Axes:
    """Axes with one sentence and nothing else."""
    figure, axes = style.new_axes(0.6)
    figure.set_label(NOTHING_DRAWN)
    axes.text(0.5, 0.5, nothing_in_words(text), ha="center", va="center")
    axes.set_axis_off()
    return axes
