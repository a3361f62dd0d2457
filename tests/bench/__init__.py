"""`make bench`: the figures that docs/performance.md explains, each taken anew by one command."""
