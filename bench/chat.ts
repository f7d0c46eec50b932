/** How a streamed response is cut: as the kernel likes, one event a chunk, or inside events and characters. */
export const cuts = {
  whole: 'many events a chunk',
  event: 'one event a chunk',
  split: 'chunks cut inside characters',
};
export type Cut = keyof typeof cuts;

const words = ['Le', ' café', ' de', ' la', ' gare', ' est', ' fermé', ' –', ' 東京', ' 🙂', '.'];

/** A streamed chat as the API sends it, in the chunks that it is to be written in. */
export function chunksOf(count: number, cut: Cut): Buffer[] {
  const events = Array.from({ length: count }, (_, index) =>
    eventOf(words[index % words.length]!, index === 0 ? { role: 'assistant' } : {}),
  );
  if (cut === 'event') return [...events, lastEvents].map((event) => Buffer.from(event));
  const bytes = Buffer.from(events.join('').concat(lastEvents));
  return cut === 'whole' ? [bytes] : splitEvery(bytes, 1021);
}

/** One event of a streamed chat. */
export function eventOf(content: string, more: object = {}, finish_reason: string | null = null): string {
  const chunk = {
    id: 'cmpl-e5cc70bb28c444948073e77776eb30ef',
    object: 'chat.completion.chunk',
    created: 1_764_000_000,
    model: 'mistral-small-latest',
    choices: [{ index: 0, delta: { content, ...more }, finish_reason, logprobs: null }],
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** What says that the response is complete. */
export const lastEvents = eventOf('', {}, 'stop').concat('data: [DONE]\n\n');

function splitEvery(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}
