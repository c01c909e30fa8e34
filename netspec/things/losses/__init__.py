"""What training makes small, and which labels each loss compares the output with.

Every loss says in ``labels`` how classes must be written for it:

- ``integer``: a class index per image; the output has as many units as there are classes.
- ``one_hot``: a vector with one 1 per image; the output has as many units as there are classes.
- ``binary``: 0 or 1 per image for one unit and two classes; a one-hot or multi-hot vector for
  several units.
- ``numbers``: what the output should come near, in the output's shape. Classes are written as for
  ``binary``; unlike there, the output may have any range.

Source: keras/src/losses/losses.py.
"""
