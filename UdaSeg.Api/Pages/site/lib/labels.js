// Label maps in the browser: from COCO RLE to class indices, and to pictures.

/**
 * Class index of every pixel, row by row; 255 where no segment covers it.
 * @param {{index: number, rle: {size: [number, number], counts: string}}[]} segments
 */
export function labelsOf(segments, width, height) {
  const labels = new Uint8Array(width * height).fill(255);
  for (const { index, rle } of segments) {
    let at = 0; // COCO counts down the columns
    let inside = false;
    for (const run of runsOf(rle.counts)) {
      if (inside) fill(labels, width, height, at, run, index);
      at += run;
      inside = !inside;
    }
  }
  return labels;
}

// A division for each column, none for each pixel: pictures of a camera have tens of millions of them.
function fill(labels, width, height, from, count, index) {
  let x = Math.floor(from / height);
  let y = from - x * height;
  for (let left = count; left > 0; x++, y = 0) {
    const end = Math.min(height, y + left);
    left -= end - y;
    for (let at = y * width + x; y < end; y++, at += width) labels[at] = index;
  }
}

/** Run lengths of COCO's compressed string: 5 bits a character, differences to the run two before from the third on. */
export function runsOf(counts) {
  const runs = [];
  let i = 0;
  while (i < counts.length) {
    let value = 0;
    let shift = 0;
    let more = true;
    while (more) {
      const bits = counts.charCodeAt(i++) - 48;
      value |= (bits & 31) << shift;
      more = (bits & 32) !== 0;
      shift += 5;
      if (!more && bits & 16) value |= -1 << shift;
    }
    runs.push(runs.length > 2 ? value + runs[runs.length - 2] : value);
  }
  return runs;
}

/** Draws class colours (index => [r, g, b]); classes in `hidden` and pixels without a class stay transparent. */
export function paint(canvas, labels, width, height, colors, hidden = new Set()) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height }); // setting them clears, and costs
  const bytes = new Uint8ClampedArray(256 * 4);
  for (const [index, color] of colors) {
    if (!hidden.has(index)) bytes.set([...color, 255], index * 4);
  }
  const words = new Uint32Array(bytes.buffer); // a whole pixel at a time
  const context = canvas.getContext("2d");
  const strip = new ImageData(width, Math.min(height, 256)); // strips: a camera's picture has more than a hundred megabytes of RGBA
  const target = new Uint32Array(strip.data.buffer);
  for (let top = 0; top < height; top += strip.height) {
    const from = top * width;
    const count = Math.min(target.length, labels.length - from);
    for (let i = 0; i < count; i++) target[i] = words[labels[from + i]];
    context.putImageData(strip, 0, top, 0, 0, width, count / width);
  }
}

/** The grey values (0..255) of a base64 PNG, row by row. */
export async function greyOf(base64) {
  const bitmap = await createImageBitmap(blobOf(base64), { colorSpaceConversion: "none" });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  const rgba = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
  const grey = new Uint8Array(bitmap.width * bitmap.height);
  for (let i = 0; i < grey.length; i++) grey[i] = rgba[i * 4];
  bitmap.close();
  return grey;
}

/** A base64 file as a Blob. */
export const blobOf = (base64, type = "image/png") => new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], { type });
