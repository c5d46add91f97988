'use strict';

// An S3 server for tests: `node s3.js <folder>` listens on a free loopback port, prints it, and ends when its standard input does, so it never
// outlives the tests. s3rver is made to keep three promises of real servers that it does not keep by itself.

const crypto = require('crypto');
const fs = require('fs/promises');
const path = require('path');
const { setTimeout: pause } = require('timers/promises');
const S3rver = require('s3rver');

const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory: process.argv[2], vhostBuckets: false });
const { store } = server;

// Tokens of a list's next page are encrypted with DES, which current OpenSSL refuses. They are no secret here.
const plain = () => ({ update: data => Buffer.from(data), final: () => Buffer.alloc(0) });
crypto.createCipheriv = plain;
crypto.createDecipheriv = plain;

const uploadFolder = (bucket, upload) => path.join(store.getResourcePath(bucket, undefined, 'uploads'), upload);

// One: what was answered is stored. s3rver answers when the last byte was read, which may be before it was written.
async function written(file, size) {
  for (;;) {
    const stat = await fs.stat(file).catch(() => undefined);
    if (stat && stat.size >= size) return;
    await pause(2);
  }
}

const putObject = store.putObject.bind(store);
store.putObject = async object => {
  const file = store.getResourcePath(object.bucket, object.key, 'object');
  await fs.rm(file, { force: true });
  const result = await putObject(object);
  await written(file, result.size);
  return result;
};

const putPart = store.putPart.bind(store);
store.putPart = async (bucket, upload, number, content) => {
  const result = await putPart(bucket, upload, number, content);
  await written(path.join(uploadFolder(bucket, upload), String(number)), result.size);
  return result;
};

// Two: an object is replaced in one step. Requests for the same path go one after another.
const last = new Map();
async function oneAtATime(ctx, next) {
  const before = last.get(ctx.path);
  const mine = new Promise(resolve => ctx.res.once('close', resolve));
  const all = Promise.all([before, mine]);
  last.set(ctx.path, all);
  all.then(() => last.get(ctx.path) === all && last.delete(ctx.path));
  await before;
  await next();
}

// Three: an upload in parts can be given up.
async function abort(ctx, next) {
  if (ctx.method !== 'DELETE' || !ctx.query.uploadId) return next();
  await fs.rm(uploadFolder(ctx.path.split('/')[1], ctx.query.uploadId), { recursive: true });
  ctx.status = 204;
}

server.middleware.unshift(oneAtATime, abort);
server.run().then(({ port }) => console.log(port));
process.stdin.resume().on('end', () => process.exit(0));
