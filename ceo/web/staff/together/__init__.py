"""The pages of practices, polls, clusters, questions and the directory."""
