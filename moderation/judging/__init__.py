"""How an office steers the judgement: its vocabulary, its topics' owners, and the trust that figures earn."""
