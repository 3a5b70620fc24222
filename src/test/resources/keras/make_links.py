"""Makes linked_*.h5 from shared.h5: files whose weights lie elsewhere than they should.

    pip install h5py
    python make_links.py .
"""
import os
import shutil
import sys

import h5py


def main(out):
    for name in ("linked_out", "linked_soft"):
        path = os.path.join(out, name + ".h5")
        shutil.copy(os.path.join(out, "shared.h5"), path)
        with h5py.File(path, "a") as f:
            group = f["model_weights/conv/conv"]
            if name == "linked_out":
                del group["kernel"]
                group["kernel"] = h5py.ExternalLink("/etc/hostname", "/kernel")
            else:
                group.move("kernel", "kernel2")
                group["kernel"] = h5py.SoftLink("/model_weights/conv/conv/kernel2")


if __name__ == "__main__":
    main(sys.argv[1])
