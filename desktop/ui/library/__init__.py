"""The models on this machine: their list, and the page of one."""
