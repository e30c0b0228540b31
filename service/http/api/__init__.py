"""The HTTP API: views that parse, call one function, and shape the answer."""

from .problems import install_problems
from .views import api

__all__ = ["api", "install_problems"]
