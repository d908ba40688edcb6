"""What builds and checks the repository. Every file runs on its own; `make` calls them."""
