// Data sets: what is registered, how to add one, and each by itself.
import { html } from "../lib/html.js";
import { Dataset } from "./datasets/dataset.js";
import { DatasetList } from "./datasets/list.js";

export const Page = ({ id }) => (id ? html`<${Dataset} key=${id} id=${id} />` : html`<${DatasetList} />`);
