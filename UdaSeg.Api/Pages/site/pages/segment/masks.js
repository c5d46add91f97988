// What can be computed from masks: how sure, how alike, and COCO's records.

/** Mean of the winning classes' confidence, 0..1. */
export function meanConfidence(confidence) {
  let sum = 0;
  for (let i = 0; i < confidence.length; i++) sum += confidence[i];
  return sum / confidence.length / 255;
}

const differs = 1;

/**
 * Two masks of one picture, compared by the classes' names: the label spaces may order them differently.
 * `map` is 1 where they differ, else 255; `agreement` the share of pixels where they do not.
 */
export function compareMasks(first, second, firstClasses, secondClasses) {
  const indexOf = new Map(firstClasses.map((c) => [c.name, c.index]));
  const translated = new Uint8Array(256).fill(254); // a class that the first one does not have
  for (const c of secondClasses) translated[c.index] = indexOf.get(c.name) ?? 254;
  const map = new Uint8Array(first.length).fill(255);
  const counts = new Uint32Array(65536); // by first * 256 + second
  let same = 0;
  for (let i = 0; i < first.length; i++) {
    if (first[i] === translated[second[i]]) {
      same++;
      continue;
    }
    map[i] = differs;
    counts[first[i] * 256 + second[i]]++;
  }
  const nameOf = (classes, index) => classes.find((c) => c.index === index)?.name ?? "none";
  const disputes = [];
  counts.forEach((pixels, pair) => {
    if (pixels > 0) disputes.push({ first: nameOf(firstClasses, pair >> 8), second: nameOf(secondClasses, pair & 255), share: pixels / first.length });
  });
  disputes.sort((a, b) => b.share - a.share);
  return { map, agreement: same / first.length, disputes };
}

/** Left, top, width, height of every class in a mask: index => [x, y, w, h]. */
function boxesOf(labels, width, height) {
  const boxes = new Map();
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const box = boxes.get(labels[i]);
      if (!box) boxes.set(labels[i], [x, y, x, y]);
      else if (x < box[0]) box[0] = x;
      else if (x > box[2]) box[2] = x;
      if (box) box[3] = y;
    }
  }
  return new Map([...boxes].map(([index, [left, top, right, bottom]]) => [index, [left, top, right - left + 1, bottom - top + 1]]));
}

/** COCO's "stuff" annotations of one picture: a region a class; categories count from 1, as COCO's do. */
export function cocoOf(answer, labels, name) {
  const boxes = boxesOf(labels, answer.width, answer.height);
  return {
    images: [{ id: 1, file_name: name, width: answer.width, height: answer.height }],
    categories: answer.classes.map((c) => ({ id: c.index + 1, name: c.name })),
    annotations: answer.segments.map(({ index, rle, area }, i) => ({
      id: i + 1,
      image_id: 1,
      category_id: index + 1,
      segmentation: rle,
      area,
      bbox: boxes.get(index),
      iscrowd: 1,
    })),
  };
}
