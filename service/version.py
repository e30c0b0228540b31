"""The version of this Clew."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("clew")
except PackageNotFoundError:  # run from a checkout that is not installed
    VERSION = "0.0.0"
