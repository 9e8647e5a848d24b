"""Model hubs: searching them, looking at repositories, fetching files. Blocking calls."""
