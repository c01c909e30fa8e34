"""How training images are varied: Keras's random image layers, with pixels from 0 to 255.

netspec draws for every image by itself, from the spec's seed, the epoch and the image, where Keras
draws for a batch; how an image is changed by what was drawn is Keras's own code.

A factor is a number or a pair of them: what is drawn lies between the two, or between minus the
number and the number where the layer knows numbers below 0.

Source: keras/src/layers/preprocessing/image_preprocessing.
"""
