"""Following: feeds are polled and folders watched, and what is new in them is written as it comes.

Reads what `corpus.readers` reads and writes through a `Destination`; knows nothing of formats, nor of the store.
"""

from .destination import Destination, Result
from .following import Follower
from .listed import check_listed
from .own_archive import OwnArchive, result_of
from .status import PlaceStatus, status_of

__all__ = ["Destination", "Follower", "OwnArchive", "PlaceStatus", "Result", "check_listed", "result_of", "status_of"]
