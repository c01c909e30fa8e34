"""How the weights are changed.

Source: keras/src/optimizers/.
"""
