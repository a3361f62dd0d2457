"""An office's letterhead: what stands above, and who signs below, what it prints."""
