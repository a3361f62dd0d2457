"""Which messages make one case, and which cases are about the same: done by hand, and undone."""
