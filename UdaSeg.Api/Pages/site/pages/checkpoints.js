// Checkpoints: what was trained or imported, what serves, and each by itself.
import { html } from "../lib/html.js";
import { Checkpoint } from "./checkpoints/checkpoint.js";
import { CheckpointList } from "./checkpoints/list.js";

export const Page = ({ id }) => (id ? html`<${Checkpoint} key=${id} id=${id} />` : html`<${CheckpointList} />`);
