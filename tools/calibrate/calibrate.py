#!/usr/bin/python3
"""Calibrates assets/head.bin, the coefficients of the parametric head, from a folder of open heads.

usage: calibrate.py HEADS TOOL_HEADGRADIENTS -o assets/head.bin

HEADS holds ict_neutral.obj with its landmarks, ict_NN.obj and more/ict_NN.obj: heads of one topology (faces in
ict_neutral.obj), open at eyes, mouth and neck. TOOL_HEADGRADIENTS is the built tool_headgradients. Needs Debian's
python3-numpy and python3-scipy; takes about a minute; the same input gives the same file.

Stages (each in its own file, handing on .npz files in a scratch folder):
align -> parametrise -> net -> headgradients -> population -> net again with ANSUR II spreads -> headgradients.
Positions named in the stages (tragion, nostril, auricle's ellipse, ...) are where those features lie on ict_neutral.
"""
import argparse
import os
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))


def stage(name, *arguments):
    subprocess.run([sys.executable, os.path.join(here, name), *arguments], check=True, cwd=here)


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("heads")
parser.add_argument("tool")
parser.add_argument("-o", default="assets/head.bin")
args = parser.parse_args()
heads, tool, out = (os.path.abspath(p) for p in (args.heads, args.tool, args.o))
with tempfile.TemporaryDirectory() as work:
    first, body = os.path.join(work, "first.bin"), os.path.join(work, "head.bin")
    stage("align.py", heads, work)
    stage("parametrise.py", work)
    stage("net.py", heads, work)
    subprocess.run([tool, body, first], check=True)
    stage("population.py", first, os.path.join(work, "grad.npz"))
    stage("net.py", heads, work)
    subprocess.run([tool, body, out], check=True)
