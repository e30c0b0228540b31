"""Figures in texts: numbers, words and units read as values, with what they count; and which of two differ."""

from .changes import FigureChange, changed_figures, is_same, likeness
from .figure import Figure, FigureKind
from .reading import figures

__all__ = ["Figure", "FigureChange", "FigureKind", "changed_figures", "figures", "is_same", "likeness"]
