"""Finding models on a hub: search, results, and the page of a repository."""
