"""Who, when and where: the only package that knows time, people, files and the network."""
