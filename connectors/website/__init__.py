"""A website made with WordPress: its posts and their comments, through WordPress's own REST interface.

The account's handle is the site's address without "https://": `puskesmas.example.go.id`, or with the folder in which
WordPress lives: `dinkes.example.go.id/puskesmas`.
"""

from connectors.website.connector import Website

__all__ = ["Website"]
