"""The review queue: what people should decide first, of copies, of articles in threads, and of threads."""

from .answers import review_queue

__all__ = ["review_queue"]
