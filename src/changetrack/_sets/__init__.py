"""Two sets of things compared by identity: one algorithm for pages, assets, links, items."""
