"""One folder for each tool; the folder name is the registration."""
