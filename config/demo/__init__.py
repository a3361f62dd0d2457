"""The demo: how it is started, and what its invented health centre publishes."""
