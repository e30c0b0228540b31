"""The HTTP shell: the API, the pages, the app and its server."""
