/** Responses that are not streamed, ready to be sent. */

const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };

export const chatReply = encode({
  id: 'cmpl-e5cc70bb28c444948073e77776eb30ef',
  object: 'chat.completion',
  created: 1_764_000_000,
  model: 'mistral-small-latest',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Bonjour, que puis-je faire ?' },
      finish_reason: 'stop',
    },
  ],
  usage,
});

export const embeddingsReply = encode({
  id: 'embd',
  object: 'list',
  model: 'mistral-embed',
  data: Array.from({ length: 256 }, (_, index) => ({
    object: 'embedding',
    index,
    embedding: Array.from({ length: 1024 }, (__, place) => Math.sin(index * 1024 + place)),
  })),
  usage,
});

const paragraph = 'Le café de la gare est fermé – 東京 🙂. '.repeat(100);

/** 2 MB. */
export const ocrReply = encode({
  model: 'mistral-ocr-latest',
  pages: Array.from({ length: 400 }, (_, index) => ({
    index,
    markdown: `# ${index}\n\n${paragraph}`,
    images: [],
    dimensions: { dpi: 200, height: 2200, width: 1700 },
  })),
  usage_info: { pages_processed: 400, doc_size_bytes: 1_000_000 },
});

/** One page of batch jobs. */
export function listReply(total: number, page: number, pageSize: number): Buffer {
  const data = Array.from(
    { length: Math.max(0, Math.min(pageSize, total - page * pageSize)) },
    (_, index) => ({
      id: `job-${page * pageSize + index}`,
      object: 'batch',
      input_files: ['file'],
      endpoint: '/v1/chat/completions',
      errors: [],
      status: 'SUCCESS',
      created_at: 1_764_000_000,
      total_requests: 10,
      completed_requests: 10,
      succeeded_requests: 10,
      failed_requests: 0,
    }),
  );
  return encode({ object: 'list', data, total });
}

/** A file that has been received. */
export const fileReply = (bytes: number): Buffer =>
  encode({
    id: '497f6eca-6276-4993-bfeb-53cbbbba6f09',
    object: 'file',
    bytes,
    created_at: 1_764_000_000,
    filename: 'requests.jsonl',
    purpose: 'batch',
    sample_type: 'batch_request',
    source: 'upload',
    num_lines: null,
    mimetype: null,
    signature: null,
  });
