"""What stands up later: a chain over digests for each case, what changed on the platform, and what was erased."""
