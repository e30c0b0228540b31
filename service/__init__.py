"""What people and machines talk to: settings, wiring, ingest, jobs, HTTP, pages, command line. No algorithm."""
