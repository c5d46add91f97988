// How far a run is: a bar with one part a stage, the phase, and when it will be done.
import { html } from "../../lib/html.js";
import { Notice, ProblemNotice } from "../../lib/ui/basics.js";
import { compact, duration, integer, percent } from "../../lib/format.js";
import { begins, ended, stageName } from "./state.js";

/** @param {{run: object, progress: object | null, stream: string | Error}} props `progress` is newer than the run's snapshot, where there is one. */
export function Where({ run, progress, stream }) {
  const iteration = Math.max(run.iteration, progress?.iteration ?? 0);
  const stage = progress?.stage ?? run.stage;
  const share = run.totalIterations > 0 ? iteration / run.totalIterations : 0;
  const eta = progress ? progress.etaSeconds : run.etaSeconds;
  const over = ended(run.status);
  return html`<section class="card runs-where" aria-label="Progress">
    <p class="hidden" role="status">${run.status}${stage === null || over ? "" : `, stage ${stageName(stage)}`}</p>
    <${Bar} ...${{ run, iteration, share }} />
    <dl class="figures">
      <div><dt>Stage</dt><dd>${stage === null ? "not begun" : `${stageName(stage)}`}</dd></div>
      <div><dt>Iteration</dt><dd>${integer(iteration)} of ${integer(run.totalIterations)}</dd></div>
      ${!over && html`<div><dt>Time left</dt><dd>${run.status === "queued" ? "waiting" : duration(eta)}</dd></div>`}
      ${progress && html`<div><dt>Doing</dt><dd>${progress.phase}${progress.phaseShare > 0 ? `, ${percent(progress.phaseShare, 0)}` : ""}</dd></div>`}
      ${progress?.imagesPerSecond && html`<div><dt>Images per second</dt><dd>${compact(progress.imagesPerSecond)}</dd></div>`}
      ${progress?.loss !== null && progress?.loss !== undefined && html`<div><dt>Loss</dt><dd>${compact(progress.loss)}</dd></div>`}
      <div><dt>Attempt</dt><dd>${run.attempt}</dd></div>
    </dl>
    ${run.status === "queued" && html`<${Notice} title="Waiting for a free device.">The run starts by itself.</${Notice}>`}
    ${!over && stream === "waiting" && run.status === "running" && html`<p class="hint"
      role="status">The live connection is being made again; figures come every few seconds meanwhile.</p>`}
    ${stream instanceof Error && html`<${ProblemNotice} problem=${stream} />`}
  </section>`;
}

function Bar({ run, iteration, share }) {
  const lengths = Array.from({ length: run.stages + 1 }, (_, i) => (i === 0 ? run.options.coarseIterations : run.options.stageIterations));
  return html`<div class="runs-stagebar" role="progressbar" aria-label="Progress of the run" aria-valuemin="0" aria-valuemax="100"
    aria-valuenow=${Math.round(share * 100)} aria-valuetext=${percent(share, 0)}>
    ${lengths.map((length, i) => {
      const done = length > 0 ? Math.min(1, Math.max(0, (iteration - begins(run.options, i)) / length)) : 0;
      return html`<span class="runs-stagepart" style=${{ flexGrow: Math.max(length, 1) }}><span class="runs-stagefill"><i style=${{ width: `${done * 100}%` }}></i>
        </span><span class="runs-stagename" aria-hidden="true">${i === 0 ? "coarse" : i}</span></span>`;
    })}
  </div>`;
}
