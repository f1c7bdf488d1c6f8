"""What `makeroom doctor` looks at: each module examines one thing and gives its verdicts."""
