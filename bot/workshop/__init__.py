"""For authors and developers: replaying conversations as tests, and seeing what a script does."""
