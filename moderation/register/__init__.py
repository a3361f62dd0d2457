"""The register (buku register): one row a case, on a page and as files; and the folder of one case."""
