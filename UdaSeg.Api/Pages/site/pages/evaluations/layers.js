// Which pictures an evaluation has to show of a sample.
/** The pictures there are of a sample: the data set's, and the evaluation's own. */
export function layersOf(evaluation, sample) {
  const name = encodeURIComponent(sample);
  const data = `/datasets/${evaluation.dataset}/samples/${name}`;
  const own = `/evaluations/${evaluation.id}/samples/${name}`;
  return [
    { key: "image", title: "Image", path: `${data}/image` },
    { key: "truth", title: "Truth", path: `${data}/label` },
    { key: "prediction", title: "Prediction", path: `${own}/prediction`, query: { encoding: "color" } },
    { key: "error", title: "Errors", path: `${own}/error` },
    { key: "truthOver", title: "Truth over the image", path: `${data}/overlay`, more: true },
    { key: "predictionOver", title: "Prediction over the image", path: `${own}/prediction`, query: { encoding: "overlay" }, more: true },
  ];
}
