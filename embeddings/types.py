"""Array types by what they hold."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""(N, D) float32, rows of unit length."""

Scores = NDArray[np.float32]
"""float32; cosine or a mix of cosines, higher is closer."""

Ids = NDArray[np.int64]
"""int64 numbers that the store gave out; never positions in an index. -1 stands for "nothing"."""

Floats = NDArray[np.float64]

Mask = NDArray[np.bool_]

Array = NDArray[Any]
