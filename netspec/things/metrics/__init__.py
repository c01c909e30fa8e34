"""What is measured besides the loss, and which labels each metric compares the output with.

``labels`` means what it means in netspec.things.losses; ``any``: the metric's own fields say which.

Source: keras/src/metrics/.
"""
