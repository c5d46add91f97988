// Charts by Apache ECharts, drawn as SVG; each comes with its figures as a table, for those who do not see it.
import { html, useEffect, useRef, useState } from "./html.js";
import { DataTable } from "./ui/table.js";
import { compact } from "./format.js";

let library = null;
const load = () => (library ??= import("echarts")); // a megabyte: fetched by the first chart only

const scheme = matchMedia("(prefers-color-scheme: dark)");
const style = () => getComputedStyle(document.documentElement);
const token = (name) => style().getPropertyValue(name).trim();

/** Colours that also readers with a colour deficiency tell apart. */
export const palette = () => Array.from({ length: 8 }, (_, i) => token(`--series-${i + 1}`));

/**
 * @param {{label: string, option: object, height?: number, table?: {columns: object[], rows: object[]}, onReady?: (chart) => void}} props
 * `option` is ECharts' own; axes, text and colours follow the page's theme.
 */
export function Chart({ label, option, height = 260, table, onReady }) {
  const host = useRef(null);
  const chart = useRef(null);
  const latest = useRef(option);
  latest.current = option;
  const [theme, setTheme] = useState(0);
  useEffect(() => {
    const turn = () => setTheme((n) => n + 1);
    scheme.addEventListener("change", turn);
    addEventListener("udaseg-theme", turn);
    return () => {
      scheme.removeEventListener("change", turn);
      removeEventListener("udaseg-theme", turn);
    };
  }, []);
  useEffect(() => {
    let gone = false;
    let watch = null;
    load().then((echarts) => {
      if (gone || !host.current) return; // left while the library loaded, perhaps before this effect was there to be told
      chart.current = echarts.init(host.current, null, { renderer: "svg" });
      chart.current.setOption(themed(latest.current));
      watch = new ResizeObserver(() => chart.current?.resize());
      watch.observe(host.current);
      onReady?.(chart.current);
      host.current.dataset.ready = "true";
    });
    return () => {
      gone = true;
      watch?.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, [theme]);
  useEffect(() => {
    chart.current?.setOption(themed(option), { notMerge: true });
  }, [option]);
  return html`<figure class="chart">
    <figcaption>${label}</figcaption>
    <div ref=${host} class="plot" role="img" aria-label=${label} style=${{ height: `${height}px` }}></div>
    ${table && html`<details><summary>Figures</summary><${DataTable} caption=${label} hideCaption ...${table} /></details>`}
  </figure>`;
}

function themed(option) {
  const ink = token("--ink");
  const soft = token("--soft");
  const line = token("--line");
  const card = token("--card");
  const axis = (a) => ({
    ...a,
    nameTextStyle: { color: soft },
    axisLabel: { color: soft, hideOverlap: true, ...a.axisLabel },
    axisLine: { lineStyle: { color: line } },
    axisTick: { lineStyle: { color: line } },
    splitLine: { show: a.type !== "category", lineStyle: { color: line }, ...a.splitLine },
  });
  const many = (axes) => (Array.isArray(axes) ? axes.map(axis) : axes && axis(axes));
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 250,
    color: palette(),
    textStyle: { color: ink, fontFamily: style().fontFamily },
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    ...option,
    legend: option.legend && { top: 0, type: "scroll", textStyle: { color: ink }, inactiveColor: soft, ...option.legend },
    tooltip: { confine: true, backgroundColor: card, borderColor: line, textStyle: { color: ink }, ...option.tooltip },
    xAxis: many(option.xAxis),
    yAxis: many(option.yAxis),
    series: option.series?.map((s) => (s.label ? { ...s, label: { color: soft, ...s.label } } : s)),
  };
}

/** Curves over a common axis: `series` is `[{name, points: [[x, y], …]}]`, `marks` of x `[{at, name}]`. */
export function LineChart({ label, series, x, y, format = compact, height, step, min, max, marks = [] }) {
  const names = series.map((s) => s.name);
  const rows = series.flatMap((s) => s.points.map(([at, value]) => ({ name: s.name, at, value })));
  const option = {
    tooltip: { trigger: "axis", valueFormatter: (v) => format(v) },
    legend: names.length > 1 ? { data: names } : undefined,
    xAxis: { type: "value", name: x, nameLocation: "middle", nameGap: 26, min: "dataMin", max: "dataMax", splitLine: { show: false } },
    yAxis: { type: "value", name: y, scale: min === undefined, min, max, axisLabel: { formatter: (v) => format(v) } },
    grid: { left: 8, right: 16, top: 40, bottom: 28, containLabel: true },
    series: series.map((s, i) => ({
      type: "line",
      name: s.name,
      data: s.points,
      showSymbol: s.points.length < 30,
      symbolSize: 4,
      step: step ? "end" : undefined,
      lineStyle: { width: 1.75, type: s.dashed ? "dashed" : "solid" },
      sampling: "lttb",
      markLine: i === 0 && marks.length > 0 ? markLines(marks) : undefined,
    })),
  };
  const columns = [
    { key: "name", title: "Curve" },
    { key: "at", title: x, numeric: true },
    { key: "value", title: y ?? "value", numeric: true, show: (r) => format(r.value) },
  ];
  return html`<${Chart} label=${label} option=${option} height=${height} table=${{ columns, rows: rows.slice(-300) }} />`;
}

/** Vertical lines with names, at values of the x axis. */
const markLines = (marks) => ({
  symbol: "none",
  silent: true,
  data: marks.map((m) => ({ xAxis: m.at, name: m.name })),
  label: { formatter: "{b}", color: token("--ink") },
  lineStyle: { color: token("--ink") },
});

/** Table columns of a chart's series; a row has the values under s0, s1, … */
const numericColumns = (names, format) => names.map((title, i) => ({ key: `s${i}`, title, numeric: true, show: (r) => format(r[`s${i}`]) }));

/** Shares over equal bins from `min` to `max`: `series` is `[{name, shares: [...]}]`. */
export function HistogramChart({ label, series, min, max, x, height = 200, format = compact, marks = [] }) {
  const bins = Math.max(...series.map((s) => s.shares.length));
  const center = (i) => min + ((i + 0.5) * (max - min)) / bins;
  const option = {
    tooltip: { trigger: "axis", valueFormatter: (v) => format(v) },
    legend: series.length > 1 ? {} : undefined,
    xAxis: { type: "value", min, max, axisLabel: { formatter: compact }, name: x, nameLocation: "middle", nameGap: 26, splitLine: { show: false } },
    yAxis: { type: "value", axisLabel: { show: false } },
    grid: { left: 20, right: 20, top: 36, bottom: 28, containLabel: true },
    series: series.map((s, i) => ({
      type: "line",
      name: s.name,
      data: s.shares.map((share, bin) => [center(bin), share]),
      showSymbol: false,
      step: bins <= 32 ? "middle" : undefined, // a few values are no curve
      areaStyle: { opacity: 0.15 },
      lineStyle: { width: 1.5, type: ["solid", "dashed", "dotted"][i % 3] },
      markLine: i === 0 && marks.length > 0 ? markLines(marks) : undefined,
    })),
  };
  const columns = [{ key: "at", title: x ?? "value", numeric: true, show: (r) => compact(r.at) }, ...numericColumns(series.map((s) => s.name), format)];
  const rows = Array.from({ length: bins }, (_, bin) => ({ at: center(bin), ...Object.fromEntries(series.map((s, i) => [`s${i}`, s.shares[bin]])) }));
  return html`<${Chart} label=${label} option=${option} height=${height} table=${{ columns, rows }} />`;
}

/** Horizontal bars, one a name: `series` is `[{name, values: [...]}]`, `colors` colours single bars, `values` writes them beside. */
export function BarChart({ label, names, series, colors, max, format = compact, x, values = false }) {
  const option = {
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: (v) => format(v) },
    legend: series.length > 1 ? {} : undefined,
    xAxis: { type: "value", min: 0, max, name: x, nameLocation: "middle", nameGap: 26, axisLabel: { formatter: (v) => format(v) } },
    yAxis: { type: "category", data: names, inverse: true, axisLabel: { interval: 0 } },
    grid: { left: 8, right: values ? 56 : 24, top: series.length > 1 ? 36 : 8, bottom: x ? 28 : 8, containLabel: true },
    series: series.map((s) => ({
      type: "bar",
      name: s.name,
      barMaxWidth: 18,
      label: values ? { show: true, position: "right", formatter: ({ value }) => format(value) } : undefined,
      data: s.values.map((value, i) => ({
        value,
        itemStyle: series.length === 1 && colors?.[i] ? { color: colors[i], borderColor: token("--line"), borderWidth: 1 } : undefined,
      })),
    })),
  };
  const columns = [{ key: "name", title: "Name" }, ...numericColumns(series.map((s) => s.name), format)];
  const rows = names.map((name, row) => ({ name, ...Object.fromEntries(series.map((s, i) => [`s${i}`, s.values[row]])) }));
  return html`<${Chart} label=${label} option=${option} height=${Math.max(140, 60 + names.length * (10 + 16 * series.length))} table=${{ columns, rows }} />`;
}

// Names come from people, and a tooltip is HTML.
const escaped = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** A matrix as colours; `values[row][column]`, null where there is none. */
export function HeatMap({ label, rows, columns, values, format = compact, x, y, min = 0, max, height }) {
  const cells = values.flatMap((row, i) => row.map((value, j) => [j, i, value])).filter(([, , value]) => value !== null && value !== undefined);
  const top = max ?? Math.max(...cells.map(([, , v]) => v), Number.EPSILON);
  const option = {
    tooltip: { formatter: ({ value: [j, i, v] }) => [`${y ?? "row"}: ${rows[i]}`, `${x ?? "column"}: ${columns[j]}`, format(v)].map(escaped).join("<br>") },
    xAxis: { type: "category", data: columns, name: x, nameLocation: "middle", nameGap: 70, position: "top", axisLabel: { rotate: 60, interval: 0 } },
    yAxis: { type: "category", data: rows, inverse: true, name: y, axisLabel: { interval: 0 } },
    grid: { left: 8, right: 8, top: 96, bottom: 48, containLabel: true },
    visualMap: {
      min,
      max: top,
      calculable: false,
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemHeight: 120,
      textStyle: { color: token("--soft") },
      formatter: (v) => format(v),
      inRange: { color: [token("--heat-0"), token("--heat-1"), token("--heat-2")] },
    },
    series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: token("--card"), borderWidth: 1 } }],
  };
  const table = {
    columns: [{ key: "name", title: y ?? "Row" }, ...numericColumns(columns, format)],
    rows: rows.map((name, i) => ({ name, ...Object.fromEntries(columns.map((_, j) => [`s${j}`, values[i][j]])) })),
  };
  return html`<${Chart} label=${label} option=${option} height=${height ?? 190 + rows.length * 20} table=${table} />`;
}
