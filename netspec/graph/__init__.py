"""The network as a graph: named layers, what each takes, and what follows from the shapes."""
