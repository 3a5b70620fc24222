"""What several of the scripts of this folder do to their files."""
import json
import os
import zipfile

import numpy as np


def h5(name, layers, answers):
    """The entry of an .h5; answers are its input, and what each of the layers gives."""
    outputs = [dict(layer=l, shape=list(a.shape)) for l, a in zip(layers, answers[1:])]
    return dict(name=name, keras=False, h5=True, input=list(answers[0].shape), outputs=outputs)


def compress(path):
    """A .keras file to a tenth of its size; Keras reads what is packed, too."""
    with zipfile.ZipFile(path) as file:
        entries = [(name, file.read(name)) for name in file.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, entry in entries:
            file.writestr(name, entry)


def append(out, entry, answers):
    """Appends a network to networks.json and networks.bin, which make_networks.py begins."""
    path = os.path.join(out, "networks.json")
    with open(path) as f:
        networks = json.load(f)
    networks["networks"].append(entry)
    with open(path, "w") as f:
        json.dump(networks, f, indent=1)
        f.write("\n")
    with open(os.path.join(out, "networks.bin"), "ab") as f:
        f.write(np.concatenate([a.ravel() for a in answers]).astype("<f4").tobytes())
