"""Names what is on pictures, with the network of a run.

python examples/predict_pictures.py RUN_DIRECTORY IMAGE…
"""

import sys

import netspec

run, *images = sys.argv[1:]

for prediction in netspec.predict(run, images, top=3):
    print(prediction["image"])
    for each in prediction["predictions"]:
        print(f"  {each['label']:<20} {each['probability']:.1%}")
