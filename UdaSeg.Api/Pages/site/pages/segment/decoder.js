// A worker: masks of camera pictures take a tenth of a second and more to decode, and the page shall not stand still meanwhile.
import { greyOf, labelsOf } from "../../lib/labels.js";

onmessage = async ({ data: { ticket, answer } }) => {
  try {
    const labels = labelsOf(answer.segments, answer.width, answer.height);
    const confidence = await greyOf(answer.confidenceMask);
    postMessage({ ticket, labels, confidence }, [labels.buffer, confidence.buffer]);
  } catch (fault) {
    postMessage({ ticket, fault: String(fault?.message ?? fault) });
  }
};
