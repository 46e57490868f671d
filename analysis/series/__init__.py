"""The same figure through time: waves, trends and control charts."""
