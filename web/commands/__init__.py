"""The commands of `makeroom`, one file each, imported only when they are asked for."""
