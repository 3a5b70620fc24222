"""Follows docs/backbones.md up to serving, word for word: its Python and its commands, one after
another.

    python follow_backbones.py docs/backbones.md

Runs in the working directory, which has bin/imprint; makes the pictures and the weights-only file
that a reader would have. Nothing is downloaded: where the page uses ImageNet's weights it gets
random ones, drawn from a seed. Needs tensorflow-cpu, keras and pillow.
"""
import re
import subprocess
import sys
from pathlib import Path
from random import Random

from learn_from_labels import picture

OFFLINE = """
import functools, keras
keras.utils.set_random_seed(7)
keras.applications.ResNet50 = functools.partial(keras.applications.ResNet50, weights=None)
"""

# As keras.applications downloads them: in Keras 2's format, without a model's configuration.
WEIGHTS_ALONE = """
import h5py, keras
from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group
with h5py.File("weights.h5", "w") as file:
    save_weights_to_hdf5_group(file, keras.applications.VGG16(weights=None, include_top=False))
"""


def run(language, text, *arguments):
    print(f"-- {language}\n{text}", flush=True)
    command = {"sh": ["bash", "-euo", "pipefail", "-c", text],
               "python": [sys.executable, "-c", OFFLINE + text, *arguments]}[language]
    done = subprocess.run(command, timeout=600, stdout=subprocess.PIPE, text=True)
    print(done.stdout, flush=True)
    if done.returncode != 0:
        raise SystemExit(f"exit code {done.returncode} of: {text}")
    return done.stdout


def main():
    page = Path(sys.argv[1]).read_text().split("\n## 4. Serve\n")[0]
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    blocks = [(language or "sh", text) for language, text in fenced if language != "yaml"]
    if [language for language, _ in blocks].count("python") != 3:
        raise SystemExit("the page has other than three blocks of Python: teach this script its new ones")
    rng = Random(1)
    Path("pictures").mkdir()
    for number in range(4):
        picture(("disc", "square")[number % 2], rng).save(f"pictures/{number}.jpg", quality=90)
    run("python", WEIGHTS_ALONE)
    said = [run(language, text, *["pictures"] * (language == "python")) for language, text in blocks]
    said.append(run("sh", "bin/imprint backbone inspect vgg16.keras"))
    for promised in ("embedding layer: avg_pool, 2048 numbers", "preprocessing: caffe",
                     "4 pictures: largest difference", "embedding layer: global_average_pooling2d, 512 numbers"):
        if promised not in "".join(said):
            raise SystemExit(f"nothing printed {promised}")
    print(f"backbones: {len(said)} passed, 0 failed")


main()
