import type {
  EmbeddingDtype,
  EmbeddingRequest,
  EmbeddingResponse,
  UsageInfo,
} from '../../generated/types.gen.js';
import { APIError } from '../errors/api-error.js';
import { ArgumentError } from '../errors/argument-error.js';
import { attachPartial } from '../errors/attach-partial.js';
import { withCallerStack } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import { checkCount, checkOptions } from './check-options.js';
import { checkDtype, decodeEmbedding, embeddingArray, type EmbeddingArrays } from './decode-embedding.js';
import { mapConcurrent } from './map-concurrent.js';

/** The method that {@link embedAll} needs: that of `mistral.embeddings`. */
export interface Embeddings {
  create(params: EmbeddingRequest, options: { readonly signal: AbortSignal }): PromiseLike<EmbeddingResponse>;
}

/** The fields of a request, with `inputs` of any length. */
export interface EmbedAllParams extends Omit<EmbeddingRequest, 'input'> {
  inputs: readonly string[];
}

/** Options of {@link embedAll}. */
export interface EmbedAllOptions {
  /**
   * Maximum number of inputs per request.
   *
   * @default 128
   */
  readonly batchSize?: number | undefined;
  /**
   * Maximum number of characters per request, except for a single longer input. Models limit the tokens of a request, and a
   * token is about four characters of English, or one of Chinese.
   *
   * @default 32000
   */
  readonly batchCharacters?: number | undefined;
  /**
   * Maximum number of concurrent requests.
   *
   * @default 4
   */
  readonly concurrency?: number | undefined;
  /** Aborts everything. */
  readonly signal?: AbortSignal | undefined;
}

/** A list of numbers, or with `encoding_format: 'base64'` the typed array of the `output_dtype`. */
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

/** The embeddings of all inputs. */
export interface AllEmbeddings<Embedding> {
  readonly model: string;
  /** One for each input, at the same index. */
  readonly embeddings: Embedding[];
  /** Total of all requests. */
  readonly usage: UsageInfo;
}

/**
 * Embed a list of any length: it is split into requests, and their embeddings are joined in order.
 *
 * A request that the API refuses for its size is split in two; a refused request is not billed.
 *
 * `encoding_format: 'base64'` transfers less and gives typed arrays: see {@link EmbeddingArrays}.
 *
 * The first failure ends it. Its error's `partial` is the result so far: the embeddings of the first inputs, so that you can
 * continue after them.
 *
 * @param embeddings - `mistral.embeddings`.
 * @throws {ArgumentError} if an input is not a string, or an option is invalid.
 * @throws {MistralError} if a single input is too long for the model (see `cause`), or the API does not return an embedding
 * for each input.
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
  return withCallerStack(() => embedInputs(embeddings, params, options));
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
      const response = await embeddings.create({ ...rest, input: [...texts] }, { signal: to });
      return [inOrder(response, texts.length)];
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
  const responses = mapConcurrent(batches, (batch, context) => embed(batch, context.signal), {
    concurrency,
    signal,
  });
  const asArrays = rest.encoding_format === 'base64';
  try {
    for await (const ofBatch of responses) {
      for (const { model, usage, data } of ofBatch) {
        all.model = model;
        addUsage(all.usage, usage);
        // The type follows from the parameters, as in `EmbeddingOf`.
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
  /** Index of its first text in the list. */
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

/** The API's error code for too many inputs or tokens; older responses have only a message. */
const isTooLarge = (error: unknown): boolean =>
  APIError.isInstance(error) &&
  (error.status === 413 ||
    (error.status === 400 && (error.code === '3210' || /\btoo many (inputs|tokens)\b/i.test(error.message))));

/** @throws {MistralError} unless there is one embedding for each input. */
function inOrder(response: EmbeddingResponse, count: number): EmbeddingResponse {
  const data: EmbeddingResponse['data'] = [];
  const given = response?.data ?? [];
  for (const [position, item] of given.entries()) data[item.index ?? position] = item;
  if (given.length !== count || data.length !== count || data.includes(undefined!))
    throw new MistralError(
      `${owner}: expected ${count} embeddings, got ${given.length}, at the indexes ${Object.keys(data).join(', ')}`,
    );
  return { ...response, data };
}

/** @param embedding - By its type numbers, but a string for base64. */
function readEmbedding(
  embedding: unknown,
  dtype: EmbeddingDtype,
  asArray: boolean,
): readonly number[] | EmbeddingArrays[EmbeddingDtype] {
  if (Array.isArray(embedding)) return asArray ? embeddingArray(embedding, dtype) : embedding;
  if (typeof embedding !== 'string')
    throw new MistralError(`${owner}: the embedding of an input is missing in the response`);
  const array = decodeEmbedding(embedding, dtype);
  return asArray ? array : Array.from(array);
}

function addUsage(total: UsageInfo & Record<string, unknown>, usage: Partial<UsageInfo> | undefined): void {
  for (const [name, value] of Object.entries(usage ?? {}))
    if (typeof value === 'number') total[name] = Number(total[name] ?? 0) + value;
}
