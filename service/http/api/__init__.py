"""The HTTP API: views that parse, call one function, and shape the answer."""

from .blueprint import api
from .problems import install_problems

__all__ = ["api", "install_problems"]
