"""When something was published: as exactly as its source states it, and never guessed.

`strict` reads English and ISO 8601 (filters accept nothing else), `stated` what archives bring: other languages
(`names`, `other_languages`), `numeric` dates, `epochs`, `zones`, and the day in the path of a URL (`addresses`).
"""

from .numeric import DateOrder, has_open_form
from .stated import date_of, looks_like_date_line, read_date
from .strict import moment, parse_published

__all__ = ["DateOrder", "date_of", "has_open_form", "looks_like_date_line", "moment", "parse_published", "read_date"]
