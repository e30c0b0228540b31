"""What people do about duplicates: check, judge, review, try thresholds, judge anew, choose canonical copies.

What happens to an article that comes is in `service.judging`. Nothing is imported here: `service.ingest` needs a part.
"""
