""" "Was this solved?": asked of the one who complained, in the thread or by a link sent in private."""
