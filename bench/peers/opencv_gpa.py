"""Global photometric alignment with OpenCV: the hybrid scheme, 8-bit or float, whole images from memory to memory.

usage: opencv_gpa.py 8bit|float|numpy WIDTH HEIGHT SOURCE REFERENCE GAMMA_BETA THREADS
SOURCE and REFERENCE are files of raw interleaved RGB bytes. Both images are profiled in every run.
float counts by calcHist and maps by a fine table; numpy does both the usual way, by np.histogram and np.interp on every pixel.
"""
import functools
import sys
import time

try:
    import cv2
    import numpy as np
except ImportError as missing:
    sys.exit(f"{missing.name} is not installed")

MODE, WIDTH, HEIGHT, SOURCE, REFERENCE = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
BETA, THREADS = float(sys.argv[6]), int(sys.argv[7])
cv2.setNumThreads(THREADS)
if THREADS == 1:
    cv2.ocl.setUseOpenCL(False)


def read(path):
    return np.fromfile(path, np.uint8).reshape(HEIGHT, WIDTH, 3)


def solve_gamma(histogram, reference_mean):
    """Newton's method on eq. 2 over a histogram of lightness 0..1; gamma within 0.2..5."""
    bins = len(histogram)
    filled = np.flatnonzero(histogram[1:]) + 1
    weights = histogram[filled] / histogram.sum()
    logs = np.log(filled / (bins - 1))
    low, high, gamma = 0.2, 5.0, 1.0
    for _ in range(30):
        power = weights * np.exp(gamma * logs)
        slope = power @ logs
        gap = power.sum() - reference_mean
        first = gap * slope + BETA * (gamma - 1)
        second = slope * slope + gap * (power @ (logs * logs)) + BETA
        low, high = (gamma, high) if first < 0 else (low, gamma)
        step = gamma - first / second if second > 0 else 0.5 * (low + high)
        if not low < step < high:
            step = 0.5 * (low + high)
        if abs(step - gamma) < 1e-7:
            break
        gamma = step
    return step


def cumulative(histogram):
    sums = np.concatenate(([0.0], np.cumsum(histogram, dtype=np.float64)))
    return sums / sums[-1]


def match(source, reference, edges):
    """Values at the source's bin edges after classic matching, from linear distributions."""
    mine, theirs = cumulative(source), cumulative(reference)
    theirs += np.arange(len(theirs)) * 1e-12  # strictly rising, as interpolation needs
    return np.interp(mine, theirs, edges)


def histograms(lab, bins, ranges):
    return [cv2.calcHist([lab], [c], None, [bins[c]], ranges[c]).ravel() for c in range(3)]


LAB8, TABLE8, OUT = np.empty((HEIGHT, WIDTH, 3), np.uint8), np.empty((1, 256, 3), np.uint8), np.empty((HEIGHT, WIDTH, 3), np.uint8)
CODES, RANGES8 = np.arange(256), [[0, 256]] * 3


def align_8bit(source, reference):
    cv2.cvtColor(reference, cv2.COLOR_RGB2Lab, LAB8)
    theirs = histograms(LAB8, [256] * 3, RANGES8)
    cv2.cvtColor(source, cv2.COLOR_RGB2Lab, LAB8)
    mine = histograms(LAB8, [256] * 3, RANGES8)
    gamma = solve_gamma(mine[0], (theirs[0] @ CODES) / theirs[0].sum() / 255)
    TABLE8[0, :, 0] = np.rint(255 * (CODES / 255) ** gamma)
    for c in (1, 2):
        levels = np.searchsorted(cumulative(theirs[c])[1:], cumulative(mine[c])[1:] - 1e-9)
        TABLE8[0, :, c] = np.minimum(levels, 255)
    cv2.LUT(LAB8, TABLE8, LAB8)
    return cv2.cvtColor(LAB8, cv2.COLOR_Lab2RGB, OUT)


LAB, FLOATS = np.empty((HEIGHT, WIDTH, 3), np.float32), np.empty((HEIGHT, WIDTH, 3), np.float32)
BINS, RANGES = [4097, 2049, 2049], [[0, 100.01], [-128, 128], [-128, 128]]
EDGES = np.linspace(-128, 128, 2050)


def numpy_histograms(lab):
    return [np.histogram(lab[:, :, c], BINS[c], RANGES[c])[0] for c in range(3)]


def to_lab(image):
    np.multiply(image, np.float32(1 / 255), out=FLOATS)
    return cv2.cvtColor(FLOATS, cv2.COLOR_RGB2Lab, LAB)


# A chroma value is looked up in 65,536 steps of 1/256: finer than its histogram, and many times faster than np.interp on every pixel.
STEPS = np.linspace(-128, 128, 65536)
PLACES, CHANNEL = np.empty((HEIGHT, WIDTH), np.uint16), np.empty((HEIGHT, WIDTH), np.float32)


def look_up(channel, mine, theirs):
    table = np.interp(STEPS, EDGES, match(mine, theirs, EDGES)).astype(np.float32)
    np.multiply(channel, np.float32(65535 / 256), out=CHANNEL)
    np.add(CHANNEL, np.float32(65535 / 2 + 0.5), out=PLACES, casting="unsafe")
    return np.take(table, PLACES, out=channel, mode="clip")


def interpolate(channel, mine, theirs):
    channel[:] = np.interp(channel, EDGES, match(mine, theirs, EDGES))


def align_float(source, reference, count=lambda lab: histograms(lab, BINS, RANGES), change=look_up):
    theirs = count(to_lab(reference))
    reference_mean = cv2.mean(LAB)[0] / 100
    mine = count(to_lab(source))
    gamma = solve_gamma(mine[0], reference_mean)
    lightness, *chroma = cv2.split(LAB)
    np.multiply(lightness, np.float32(0.01), out=lightness)
    cv2.pow(lightness, gamma, lightness)
    np.multiply(lightness, np.float32(100), out=lightness)
    for i, channel in enumerate(chroma, 1):
        change(channel, mine[i], theirs[i])
    cv2.merge([lightness, *chroma], LAB)
    cv2.cvtColor(LAB, cv2.COLOR_Lab2RGB, FLOATS)
    return cv2.convertScaleAbs(FLOATS, OUT, 255)


def main():
    source, reference = read(SOURCE), read(REFERENCE)
    numpy = functools.partial(align_float, count=numpy_histograms, change=interpolate)
    align = {"8bit": align_8bit, "float": align_float, "numpy": numpy}[MODE]
    align(source, reference)
    print("ready", flush=True)
    for line in sys.stdin:
        words = line.split()
        start = time.perf_counter()
        result = align(source, reference)
        print(f"{1000 * (time.perf_counter() - start):.4f}", flush=True)
        if len(words) > 1:
            result.tofile(words[1])


main()
