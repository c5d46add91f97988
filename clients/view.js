// The OpenAPI document as a client generator can use it to the full, written to standard output. `generate` calls this; the contract itself is openapi/udaseg.v1.json.
// One operation has one method in a client, with one type of body and of answer. Where an operation offers several, the view has one operation for each:
//   answer JSON or bytes, by Accept  ->  <id> answers JSON, <id>File answers bytes and takes `accept`
//   body JSON or a form              ->  <id> takes JSON, <id>Form takes a form
// Both would have the same path, so the second's is marked; `generate` takes the mark out of the generated code.
'use strict';

const fs = require('node:fs');

const MARK = '~';
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'multipart/form-data';
const PROBLEM_TYPE = 'application/problem+json';
const BYTES = { type: 'string', format: 'binary' };

const document = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const schemas = document.components.schemas;
const copy = (value) => JSON.parse(JSON.stringify(value));
const pascal = (text) => text[0].toUpperCase() + text.slice(1);

/** One type, and whether it may be null, as OpenAPI 3.0 says it: the generator does not read 3.1's "null or this named type". */
function plainTypes(schema) {
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((t) => t !== 'null');
    if (types.length < schema.type.length) schema.nullable = true;
    if (types.length === 1) schema.type = types[0];
    else delete schema.type; // anything
  }

  const others = schema.oneOf?.filter((s) => s.type !== 'null');
  if (others?.length === 1 && others.length < schema.oneOf.length) {
    schema.nullable = true;
    schema.oneOf = others;
  }
}

/** A choice that goes without one of a named choice's words, as it is refused where it is used, is that choice: callers pass on what they were given elsewhere. */
const wider = (choices) => choices.length < 4 ? undefined : Object.keys(schemas).find(
  (n) => schemas[n].enum?.length === choices.length + 1 && JSON.stringify(schemas[n].enum.filter((c) => choices.includes(c))) === JSON.stringify(choices));

/** Gives a choice that is written out where it is used the name of the same choice among the schemas, or a name made of where it is used. */
function nameChoice(schema, name) {
  if (!schema.enum) return schema;
  const { enum: choices, nullable, description } = schema;
  const same = Object.keys(schemas).find((n) => JSON.stringify(schemas[n].enum) === JSON.stringify(choices)) ?? wider(choices);
  if (!same) schemas[name] = { type: 'string', enum: choices };
  const reference = { $ref: `#/components/schemas/${same ?? name}` };
  return nullable ? { nullable, description, oneOf: [reference] } : { ...reference, description };
}

function walk(node, visit) {
  if (node === null || typeof node !== 'object') return;
  visit(node);
  for (const value of Object.values(node)) walk(value, visit);
}

/** Every failure is a problem: one typed exception for all, and the likely ones named in the text. */
function gatherProblems(operation) {
  const named = [];
  for (const [status, answer] of Object.entries(operation.responses)) {
    if (status === 'default' || status < '300') continue;
    named.push(`${status} ${answer.description.toLowerCase()}`);
    if (!answer.content || answer.content[PROBLEM_TYPE]) delete operation.responses[status];
  }
  if (named.length > 0) operation.description = [operation.description, `Fails with ${named.join('; ')}.`].filter(Boolean).join('\n\n');
}

const isText = (type) => type.startsWith('text/') && type !== 'text/event-stream';

/** Whatever is not JSON or text comes as a stream. A part of it (206) is asked for by a header that is set on the request itself. */
function streamBytes(operation) {
  delete operation.responses['206'];
  for (const [, answer] of Object.entries(operation.responses).filter(([status]) => status < '300')) {
    for (const type of Object.keys(answer.content ?? {})) {
      if (type !== JSON_TYPE && !isText(type)) answer.content[type].schema = BYTES;
    }
  }
}

const answers = (operation) => Object.entries(operation.responses)
  .filter(([status, answer]) => status < '300' && answer.content)
  .map(([, answer]) => answer);

function keepTypes(contents, keep) {
  for (const content of contents) {
    for (const type of Object.keys(content)) if (!keep(type)) delete content[type];
  }
}

/** @returns the operation that answers bytes, where this one answers them or JSON. */
function splitAnswers(operation) {
  const types = [...new Set(answers(operation).flatMap((a) => Object.keys(a.content)))];
  const others = types.filter((t) => t !== JSON_TYPE);
  if (others.length === 0 || others.length === types.length) return null;

  const file = copy(operation);
  file.operationId += 'File';
  file.summary += `, as ${others.join(', ')}`;
  const choice = pascal(`${operation.operationId}Accept`);
  schemas[choice] = { type: 'string', enum: others };
  (file.parameters ??= []).unshift({
    name: 'Accept', in: 'header', required: true, schema: { $ref: `#/components/schemas/${choice}` }, description: 'The media type of the answer.',
  });
  keepTypes(answers(file).map((a) => a.content), (t) => t !== JSON_TYPE);
  for (const answer of answers(file)) answer.content = { 'application/octet-stream': { schema: BYTES } };
  keepTypes(answers(operation).map((a) => a.content), (t) => t === JSON_TYPE);
  return file;
}

/** @returns the operation that takes a form, where this one takes a form or JSON. */
function splitBody(operation) {
  const content = operation.requestBody?.content;
  if (!content?.[FORM_TYPE]) return null;
  const form = content[JSON_TYPE] ? copy(operation) : null;
  if (form) form.operationId += 'Form';
  keepTypes([(form ?? operation).requestBody.content], (t) => t === FORM_TYPE); // an image as it is can as well be sent as a part
  keepTypes([content], (t) => t === (form ? JSON_TYPE : FORM_TYPE));
  return form;
}

/** Parts that may be left out. */
function optionalParts(operation) {
  const schema = operation.requestBody?.content?.[FORM_TYPE]?.schema;
  for (const [name, part] of Object.entries(schema?.properties ?? {})) if (!schema.required?.includes(name)) part.nullable = true;
}

document.openapi = '3.0.3';
walk(document, plainTypes);
for (const [type, schema] of Object.entries(copy(schemas))) {
  for (const [name, property] of Object.entries(schema.properties ?? {})) schemas[type].properties[name] = nameChoice(property, type + pascal(name));
}

for (const [path, methods] of Object.entries(document.paths)) {
  delete methods.head;
  for (const [method, operation] of Object.entries(methods)) {
    gatherProblems(operation);
    streamBytes(operation);
    for (const parameter of operation.parameters ?? []) {
      const name = pascal(operation.operationId) + pascal(parameter.name);
      if (parameter.schema.items) parameter.schema.items = nameChoice(parameter.schema.items, name);
      else parameter.schema = nameChoice(parameter.schema, name);
    }

    for (const variant of [splitAnswers(operation), splitBody(operation)].filter(Boolean)) {
      splitBody(variant);
      optionalParts(variant);
      document.paths[`${path}${MARK}${variant.operationId}`] = { [method]: variant };
    }
    optionalParts(operation);
  }
}

process.stdout.write(JSON.stringify(document, null, 2) + '\n');
