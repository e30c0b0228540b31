"""What is said about a thread: headline, key terms, summary, trend, reasons, nearby threads."""
