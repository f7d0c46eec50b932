/** Sends one file in one way, and prints by how many MB the memory of this process has risen at its highest. */
import { createReadStream, openAsBlob } from 'node:fs';
import { basename } from 'node:path';

const [, , name, path, url] = process.argv;

const ways = {
  async 'FormData and fetch'() {
    const form = new FormData();
    form.set('purpose', 'batch');
    form.set('file', await openAsBlob(path), basename(path));
    return async () =>
      (
        await fetch(`${url}/v1/files`, {
          method: 'POST',
          headers: { authorization: 'Bearer key' },
          body: form,
        })
      ).json();
  },
  async 'mistral-sdk'() {
    const { Mistral } = await import('../../dist/esm/index.js');
    const { fileFromPath } = await import('../../dist/esm/uploads/node.js');
    const mistral = new Mistral({ apiKey: 'key', baseURL: url });
    return async () => mistral.files.upload({ purpose: 'batch', file: await fileFromPath(path) });
  },
  async '@mistralai/mistralai'() {
    const { Mistral } = await import('@mistralai/mistralai');
    const mistral = new Mistral({ apiKey: 'key', serverURL: url });
    // As its documentation has it for files on the disk.
    return async () => mistral.files.upload({ purpose: 'batch', file: await openAsBlobFile() });
  },
  async openai() {
    const { default: OpenAI } = await import('openai');
    const openai = new OpenAI({ apiKey: 'key', baseURL: `${url}/v1` });
    return () => openai.files.create({ purpose: 'batch', file: createReadStream(path) });
  },
};

const openAsBlobFile = async () => new File([await openAsBlob(path)], basename(path));

const send = await ways[name]();
const before = process.memoryUsage().rss;
await send();
process.stdout.write(String((process.resourceUsage().maxRSS * 1024 - before) / 1e6));
