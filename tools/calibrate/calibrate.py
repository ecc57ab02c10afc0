#!/usr/bin/python3
"""Calibrates assets/head.bin, the coefficients of the parametric head, from a folder of open heads.

HEADS holds ict_neutral.obj with ict_neutral.landmarks.json, ict_NN.obj and more/ict_NN.obj: heads of one topology
(faces are read from ict_neutral.obj), in mm, open at eyes, mouth and neck. TOOL is the built tool_headgradients.
Needs Debian's python3-numpy and python3-scipy; takes about a minute on one core. README.md beside this file says what
goes in, what comes out, and how the result is checked.
"""
import argparse
import os
import subprocess
import tempfile

import population
from align import align_heads
from headfile import write_head
from modes import find_modes
from parametrise import parametrise
from sheet import build_sheet
from surface import fit_surface


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("heads", metavar="HEADS", help="folder of open heads")
    parser.add_argument("tool", metavar="TOOL", help="the built tool_headgradients")
    parser.add_argument("-o", metavar="HEAD.bin", default="assets/head.bin", help="written (default: %(default)s)")
    args = parser.parse_args()

    heads = align_heads(args.heads)
    sheet = build_sheet(heads)
    parameters = parametrise(sheet)
    tool = os.path.abspath(args.tool)
    with tempfile.TemporaryDirectory() as scratch:
        body = os.path.join(scratch, "body.bin")

        def write(path, conditions):
            """A whole head.bin; the modes conditioned or, None, with the open heads' own spreads."""
            mean, modes = find_modes(heads, sheet, conditions)
            surface = fit_surface(sheet, parameters, mean, modes)
            write_head(body, args.heads, heads, sheet, surface, mean, parameters.ear_v)
            subprocess.run([tool, body, path], check=True)

        unconditioned = os.path.join(scratch, "unconditioned.bin")
        write(unconditioned, None)
        write(args.o, (population.read_gradient(unconditioned), population.covariance()))


if __name__ == "__main__":
    main()
