// What the interface says about one of its operations: options, limits and defaults come from there, none is repeated in these pages.
import { send } from "./api.js";
import { useLoaded } from "./hooks.js";

let text = null;

async function openApi() {
  text ??= send("GET", "/swagger/v1/swagger.json").then((answer) => answer.json());
  try {
    return await text;
  } catch (problem) {
    text = null; // the next one asks again
    throw problem;
  }
}

/** `{parameters: {name => {description, enum?, minimum?, maximum?, default?}}, answers: [media types of the 200]}` of an operation. */
export function useOperation(method, path) {
  return useLoaded(async () => {
    const operation = (await openApi()).paths[path][method];
    const parameters = Object.fromEntries(operation.parameters.map((p) => [p.name, { description: p.description, ...p.schema }]));
    return { parameters, answers: Object.keys(operation.responses["200"].content) };
  }, [method, path]);
}
