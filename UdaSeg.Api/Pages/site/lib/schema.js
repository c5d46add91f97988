// What the interface's own description tells about its types: allowed values and what they mean.
import { api } from "./api.js";
import { useLoaded } from "./hooks.js";

let described = null;

/** `{values(type, property), text(type, property)}` of the OpenAPI document, as `data` of a result like useApi's. */
export function useSchema() {
  return useLoaded(() => (described ??= api.get("/swagger/v1/swagger.json").then(reader).catch(forget)), []);
}

function forget(problem) {
  described = null; // the next who asks tries again
  throw problem;
}

function reader(openApi) {
  const schemas = openApi.components.schemas;
  const property = (type, name) => schemas[type].properties[name];
  return {
    values: (type, name) => enumOf(property(type, name), schemas),
    text: (type, name) => property(type, name).description,
    fallback: (type, name) => property(type, name).default,
  };
}

function enumOf(schema, schemas) {
  const named = schema.$ref ? schemas[schema.$ref.split("/").pop()] : schema;
  return named.enum ?? [];
}
