import type {
  EmbeddingDtype,
  EmbeddingRequest,
  EmbeddingResponse,
  UsageInfo,
} from '../../generated/types.gen.js';
import { APIError } from '../errors/api-error.js';
import { ArgumentError } from '../errors/argument-error.js';
import { attachPartial } from '../errors/attach-partial.js';
import { fromHere } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import { checkCount, checkOptions } from './check-options.js';
import { checkDtype, decodeEmbedding, embeddingArray, type EmbeddingArrays } from './decode-embedding.js';
import { mapConcurrent } from './map-concurrent.js';

/** What {@link embedAll} needs of a client: `mistral.embeddings` has it. */
export interface Embeddings {
  create(params: EmbeddingRequest, options: { readonly signal: AbortSignal }): PromiseLike<EmbeddingResponse>;
}

/** What is embedded, and how: the fields of a request, with a list of any length as `inputs`. */
export interface EmbedAllParams extends Omit<EmbeddingRequest, 'input'> {
  inputs: readonly string[];
}

/** Options of {@link embedAll}. */
export interface EmbedAllOptions {
  /**
   * The most inputs of one request.
   *
   * @default 128
   */
  readonly batchSize?: number | undefined;
  /**
   * The most characters of one request, a single longer input aside. A model takes so many tokens in one request,
   * and a token is four characters of English, or one of Chinese.
   *
   * @default 32000
   */
  readonly batchCharacters?: number | undefined;
  /**
   * How many requests are under way at once.
   *
   * @default 4
   */
  readonly concurrency?: number | undefined;
  /** Ends everything. */
  readonly signal?: AbortSignal | undefined;
}

/** Numbers, or with `encoding_format: 'base64'` the typed array of the `output_dtype`. */
export type EmbeddingOf<Params> = Params extends { encoding_format: infer Format }
  ? Format extends 'base64'
    ? ArrayOf<Params>
    : number[]
  : 'encoding_format' extends keyof Params
    ? number[] | ArrayOf<Params>
    : number[];

type ArrayOf<Params> = Params extends { output_dtype: infer Dtype extends EmbeddingDtype }
  ? EmbeddingArrays[Dtype]
  : EmbeddingArrays['output_dtype' extends keyof Params ? EmbeddingDtype : 'float'];

/** The embeddings of a whole list. */
export interface AllEmbeddings<Embedding> {
  readonly model: string;
  /** One for each input, at the same index. */
  readonly embeddings: Embedding[];
  /** Of all requests together. */
  readonly usage: UsageInfo;
}

/**
 * Embed a list of any length: it is split into requests, and what they answer is joined in order.
 *
 * A request that the API refuses for its size is split in two, which are sent again; nothing is computed or billed
 * for a refused one.
 *
 * `encoding_format: 'base64'` is less to transfer and gives typed arrays: see {@link EmbeddingArrays}.
 *
 * The first failure ends it. Its error's `partial` has what came before, like the result: the embeddings of the
 * first so many inputs, from which on one can go on.
 *
 * @param embeddings - `mistral.embeddings`.
 * @throws {ArgumentError} if an input is no string, or an option cannot be right.
 * @throws {MistralError} if an input alone is too long for the model (see `cause`), or the API does not answer with an
 * embedding for each.
 *
 * @example
 * ```ts
 * import { embedAll } from 'mistral-sdk/concurrency';
 *
 * const inputs = ['Brie', 'Comté'];
 * const { embeddings, usage } = await embedAll(mistral.embeddings, { model: 'mistral-embed', inputs });
 * console.log(embeddings.length, usage.total_tokens);
 * ```
 */
export function embedAll<const Params extends EmbedAllParams>(
  embeddings: Embeddings,
  params: Params,
  options: EmbedAllOptions = {},
): Promise<AllEmbeddings<EmbeddingOf<Params>>> {
  return fromHere(() => embedInputs(embeddings, params, options));
}

async function embedInputs<const Params extends EmbedAllParams>(
  embeddings: Embeddings,
  params: Params,
  options: EmbedAllOptions,
): Promise<AllEmbeddings<EmbeddingOf<Params>>> {
  checkOptions(owner, options, ['batchSize', 'batchCharacters', 'concurrency', 'signal']);
  const { batchSize = 128, batchCharacters = 32_000, concurrency = 4, signal } = options;
  checkCount(owner, 'batchSize', batchSize);
  checkCount(owner, 'batchCharacters', batchCharacters);
  if (typeof (embeddings as Partial<Embeddings> | undefined)?.create !== 'function')
    throw new ArgumentError(`${owner}: the first argument must be \`mistral.embeddings\``);
  const { inputs, ...rest } = params ?? {};
  checkInputs(inputs);
  const dtype = rest.output_dtype ?? 'float';
  checkDtype(owner, dtype);

  const embed = async ({ first, texts }: Batch, to: AbortSignal): Promise<readonly EmbeddingResponse[]> => {
    try {
      const answer = await embeddings.create({ ...rest, input: [...texts] }, { signal: to });
      return [inOrder(answer, texts.length)];
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      if (texts.length === 1)
        throw new MistralError(`${owner}: \`inputs[${first}]\` is too long for ${rest.model}`, {
          cause: error,
        });
      const half = Math.ceil(texts.length / 2);
      return [
        ...(await embed({ first, texts: texts.slice(0, half) }, to)),
        ...(await embed({ first: first + half, texts: texts.slice(half) }, to)),
      ];
    }
  };

  const all = {
    model: rest.model,
    embeddings: [] as EmbeddingOf<Params>[],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  };
  const batches = batchesOf(inputs, batchSize, batchCharacters);
  const answered = mapConcurrent(batches, (batch, context) => embed(batch, context.signal), {
    concurrency,
    signal,
  });
  const asArrays = rest.encoding_format === 'base64';
  try {
    for await (const answers of answered) {
      for (const { model, usage, data } of answers) {
        all.model = model;
        addUsage(all.usage, usage);
        // Which of the types it is follows from the parameters, as `EmbeddingOf` says.
        for (const { embedding } of data)
          all.embeddings.push(readEmbedding(embedding, dtype, asArrays) as EmbeddingOf<Params>);
      }
    }
  } catch (error) {
    if (all.embeddings.length > 0) attachPartial(error, all);
    throw error;
  }
  return all;
}

const owner = 'embedAll()';

interface Batch {
  /** Where its texts begin in the list. */
  readonly first: number;
  readonly texts: readonly string[];
}

function checkInputs(inputs: readonly string[]): void {
  if (!Array.isArray(inputs)) throw new ArgumentError(`${owner}: \`inputs\` must be an array of strings`);
  const wrong = inputs.findIndex((input) => typeof input !== 'string');
  if (wrong >= 0)
    throw new ArgumentError(`${owner}: \`inputs[${wrong}]\` must be a string, not ${typeof inputs[wrong]}`);
}

function* batchesOf(inputs: readonly string[], size: number, characters: number): Generator<Batch, void> {
  let first = 0;
  let length = 0;
  for (const [index, { length: more }] of inputs.entries()) {
    if (index - first === size || (index > first && length + more > characters)) {
      yield { first, texts: inputs.slice(first, index) };
      first = index;
      length = 0;
    }
    length += more;
  }
  if (first < inputs.length) yield { first, texts: inputs.slice(first) };
}

/** The API's number for a request of too many inputs or tokens; older answers have only words. */
const isTooLarge = (error: unknown): boolean =>
  APIError.isInstance(error) &&
  (error.status === 413 ||
    (error.status === 400 && (error.code === '3210' || /\btoo many (inputs|tokens)\b/i.test(error.message))));

/** @throws {MistralError} unless there is one embedding for each input. */
function inOrder(answer: EmbeddingResponse, count: number): EmbeddingResponse {
  const data: EmbeddingResponse['data'] = [];
  const given = answer?.data ?? [];
  for (const [position, item] of given.entries()) data[item.index ?? position] = item;
  if (given.length !== count || data.length !== count || data.includes(undefined!))
    throw new MistralError(
      `${owner}: the API answered ${count} inputs with ${given.length} embeddings, at the indexes ${Object.keys(data).join(', ')}`,
    );
  return { ...answer, data };
}

/** @param embedding - Numbers by the description; a string where base64 was asked for. */
function readEmbedding(
  embedding: unknown,
  dtype: EmbeddingDtype,
  asArray: boolean,
): readonly number[] | EmbeddingArrays[EmbeddingDtype] {
  if (Array.isArray(embedding)) return asArray ? embeddingArray(embedding, dtype) : embedding;
  if (typeof embedding !== 'string')
    throw new MistralError(`${owner}: the API gave no embedding for an input`);
  const array = decodeEmbedding(embedding, dtype);
  return asArray ? array : Array.from(array);
}

function addUsage(total: UsageInfo & Record<string, unknown>, usage: Partial<UsageInfo> | undefined): void {
  for (const [name, value] of Object.entries(usage ?? {}))
    if (typeof value === 'number') total[name] = Number(total[name] ?? 0) + value;
}
