"""Figures in texts: numbers, words and units read as values, with what they count; and which of two differ."""

from .changes import FigureChange, changed_figures, is_same, likeness, may_be_one
from .figure import Figure, FigureKind, Open
from .known import FigureKey, figure_keys, new_figures
from .reading import BESIDE, figures

__all__ = [
    "BESIDE", "Figure", "FigureChange", "FigureKey", "FigureKind", "Open", "changed_figures", "figure_keys", "figures",
    "is_same", "likeness", "may_be_one", "new_figures",
]  # fmt: skip
