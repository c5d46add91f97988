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
      if (inside) {
        for (let i = at; i < at + run; i++) labels[(i % height) * width + Math.floor(i / height)] = index;
      }
      at += run;
      inside = !inside;
    }
  }
  return labels;
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

/** Draws class colours; classes in `hidden` and pixels without a class stay transparent. */
export function paint(canvas, labels, width, height, colors, hidden = new Set()) {
  canvas.width = width;
  canvas.height = height;
  const pixels = new ImageData(width, height);
  for (let i = 0; i < labels.length; i++) {
    const color = hidden.has(labels[i]) ? undefined : colors.get(labels[i]);
    if (!color) continue;
    pixels.data.set(color, i * 4);
    pixels.data[i * 4 + 3] = 255;
  }
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}

/** The grey values (0..255) of a base64 PNG, row by row. */
export async function greyOf(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }), { colorSpaceConversion: "none" });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  const rgba = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
  return Uint8Array.from({ length: bitmap.width * bitmap.height }, (_, i) => rgba[i * 4]);
}

/** A base64 file as a Blob. */
export const blobOf = (base64, type = "image/png") => new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], { type });
