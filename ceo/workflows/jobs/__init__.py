"""Long work: queued by a request, done by a worker."""
