"""Pages: each handler reads its input, calls one workflow, and answers."""
