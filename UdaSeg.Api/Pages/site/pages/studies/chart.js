// Arms below each other: every seed's mIoU as a dot, mean and standard deviation over them.
import { Chart, palette } from "../../lib/charts.js";
import { html, useMemo } from "../../lib/html.js";
import { number } from "../../lib/format.js";
import { spreadText } from "./figures.js";

const points = (share) => number(share * 100, 1);
const cut = (name) => (name.length > 26 ? `${name.slice(0, 25)}…` : name);

/** A whisker from mean − sd to mean + sd, with ends, and a tick at the mean. */
function whisker(_, api) {
  const row = api.value(0);
  const [low, mean, high] = [1, 2, 3].map((at) => api.coord([api.value(at), row]));
  const style = { stroke: api.visual("color"), lineWidth: 2, fill: null };
  const line = (from, to) => ({ type: "line", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style });
  const upright = (at, size) => line([at[0], at[1] - size], [at[0], at[1] + size]);
  return { type: "group", children: [line(low, high), upright(low, 5), upright(high, 5), upright(mean, 11)] };
}

const columns = [
  { key: "arm", title: "Arm" },
  { key: "seed", title: "Seed", numeric: true },
  { key: "miou", title: "mIoU in percent", numeric: true, show: (r) => points(r.miou) },
];

export function ArmChart({ study }) {
  const key = JSON.stringify(study.arms.map((a) => [a.name, a.miou, a.runs.map((r) => r.miou)]));
  const chart = useMemo(() => optionOf(study), [key]); // polling must not draw the same anew
  const runs = study.arms.flatMap((arm) => arm.runs.filter((r) => r.miou !== null).map((run) => ({ arm: arm.name, seed: run.seed, miou: run.miou })));
  const table = { rows: runs, columns };
  return html`<p class="soft">A dot for each seed, a tick at the mean, whiskers of one standard deviation.</p>
    <${Chart} label="mIoU in percent by arm" option=${chart} height=${90 + study.arms.length * 38} table=${table} />`;
}

function optionOf(study) {
  const [first, second] = palette();
  const dots = study.arms.flatMap((arm, row) => arm.runs.filter((r) => r.miou !== null)
    .map((run) => ({ value: [run.miou * 100, row], name: `${arm.name}, seed ${run.seed}` })));
  const ends = ({ mean, sd }) => [-1, 0, 1].map((k) => (mean + k * (sd ?? 0)) * 100);
  const spreads = study.arms.flatMap((arm, row) => (arm.miou
    ? [{ value: [row, ...ends(arm.miou)], name: `${arm.name}: ${spreadText(arm.miou)} (n ${arm.miou.n})` }]
    : []));
  return {
    tooltip: { trigger: "item", renderMode: "richText", formatter: (p) => (p.seriesType === "scatter" ? `${p.name}: ${number(p.value[0], 1)}` : p.name) },
    xAxis: { type: "value", scale: true, name: "mIoU in percent", nameLocation: "middle", nameGap: 26, boundaryGap: ["8%", "8%"] },
    yAxis: { type: "category", data: study.arms.map((a) => cut(a.name)), inverse: true, axisLabel: { interval: 0 }, splitLine: { show: true } },
    grid: { left: 8, right: 16, top: 8, bottom: 30, containLabel: true },
    series: [
      { type: "custom", name: "mean and standard deviation", renderItem: whisker, data: spreads, encode: { x: [1, 2, 3], y: 0 }, itemStyle: { color: first } },
      { type: "scatter", name: "seeds", data: dots, symbolSize: 10, itemStyle: { color: second, opacity: 0.85 } },
    ],
  };
}
