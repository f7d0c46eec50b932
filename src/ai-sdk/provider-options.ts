import type {
  ChatCompletionRequest,
  EmbeddingDtype,
  TimestampGranularity,
} from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import { invalidArgument } from './sdk-error.js';
import type { JsonFields, ProviderOptions } from './shared-v3.js';

/** `random_seed` as `randomSeed`. */
type CamelCase<Name extends string> = Name extends `${infer Word}_${infer Rest}`
  ? `${Word}${Capitalize<CamelCase<Rest>>}`
  : Name;

/** Fields by their names in JavaScript, or by those on the wire. */
export type EitherCase<Fields> = Partial<Fields> & {
  [Name in keyof Fields as CamelCase<Name & string>]?: Fields[Name];
};

/** A type, not an interface: the AI SDK takes options as JSON, to which interfaces are not assignable. */
type WithBody = {
  /** Merged over the body of the request: for fields of the API that this package does not know yet. */
  body?: JsonFields | undefined;
};

type OptionsOf<Fields> = EitherCase<Fields> & WithBody;

/** The values of a parameter, whose type has a name of its own in some versions of the description. */
type ChatParameter<Name extends keyof ChatCompletionRequest> = NonNullable<ChatCompletionRequest[Name]>;

interface ChatFields {
  /** Add the API's safety prompt. */
  safe_prompt: boolean;
  /** How much the model thinks; takes precedence over `reasoning` of the AI SDK. Models differ in what they accept. */
  reasoning_effort: ChatParameter<'reasoning_effort'>;
  prompt_mode: ChatParameter<'prompt_mode'>;
  /** Whether a reply may call several tools. */
  parallel_tool_calls: boolean;
  /**
   * Requests with the same key share a cache of prompts, whose tokens cost a fraction; `false` for none.
   *
   * @default one of the model, the tools and the messages up to the first of the user
   */
  prompt_cache_key: string | false;
  /** The most images of a document that the model sees. */
  document_image_limit: number;
  /** The most pages of a document that the model sees. */
  document_page_limit: number;
  /** What most of the reply will be, which makes it faster. */
  prediction: { type: 'content'; content: string };
  guardrails: JsonFields[];
  service_tier: ChatParameter<'service_tier'>;
  /** Stored with the request. */
  metadata: JsonFields;
  /**
   * Whether a schema is sent to the API. With `false` it is in the prompt, and the API only makes sure that the reply is JSON.
   *
   * @default true
   */
  structured_outputs: boolean;
  /**
   * Whether the API enforces the schema while the model writes.
   *
   * @default true, unless strict mode cannot have the schema
   */
  strict_json_schema: boolean;
}

/** `providerOptions.mistral` of a chat model. Names may be those of the wire, too: `prompt_cache_key`. */
export type MistralLanguageModelOptions = OptionsOf<ChatFields>;

interface EmbeddingFields {
  /** The length of the vectors, for models that can shorten them. */
  output_dimension: number;
  /** The type of the numbers. */
  output_dtype: EmbeddingDtype;
  metadata: JsonFields;
}

/** `providerOptions.mistral` of an embedding model. */
export type MistralEmbeddingModelOptions = OptionsOf<EmbeddingFields>;

interface TranscriptionFields {
  /** Of the audio, as in `fr`. */
  language: string;
  temperature: number;
  /** Whether to tell speakers apart. */
  diarize: boolean;
  /** Words that occur in the audio. */
  context_bias: string[];
  /** Without one, `segments` of the result is empty. The API does not take it together with `language`. */
  timestamp_granularities: TimestampGranularity[];
}

/** `providerOptions.mistral` of a transcription model. */
export type MistralTranscriptionModelOptions = OptionsOf<TranscriptionFields>;

interface SpeechFields {
  /** A recording of a voice to speak with, in base64. */
  ref_audio: string;
  metadata: JsonFields;
}

/** `providerOptions.mistral` of a speech model. */
export type MistralSpeechModelOptions = OptionsOf<SpeechFields>;

const names = {
  chat: [
    'safe_prompt',
    'reasoning_effort',
    'prompt_mode',
    'parallel_tool_calls',
    'prompt_cache_key',
    'document_image_limit',
    'document_page_limit',
    'prediction',
    'guardrails',
    'service_tier',
    'metadata',
    'structured_outputs',
    'strict_json_schema',
  ] satisfies (keyof ChatFields)[],
  embedding: ['output_dimension', 'output_dtype', 'metadata'] satisfies (keyof EmbeddingFields)[],
  transcription: [
    'language',
    'temperature',
    'diarize',
    'context_bias',
    'timestamp_granularities',
  ] satisfies (keyof TranscriptionFields)[],
  speech: ['ref_audio', 'metadata'] satisfies (keyof SpeechFields)[],
};

/** Which options there are, by the kind of the model. */
interface FieldsOf {
  chat: ChatFields;
  embedding: EmbeddingFields;
  transcription: TranscriptionFields;
  speech: SpeechFields;
}

/**
 * The options for us, by their names on the wire.
 *
 * @throws {ArgumentError} for an unknown one, which would have no effect; the AI SDK knows it as `InvalidArgumentError`.
 */
export function readProviderOptions<Kind extends keyof FieldsOf>(
  kind: Kind,
  options: ProviderOptions | undefined,
): Partial<FieldsOf[Kind]> & WithBody {
  const given: unknown = options?.mistral ?? {};
  const owner = 'providerOptions.mistral';
  if (!isRecord(given)) throw invalidArgument(owner, `\`${owner}\` must be an object`);
  const read = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]],
    ),
  );
  const unknown = unknownKey(read, [...names[kind], 'body'], `\`${owner}\` of a ${kind} model`, {});
  if (unknown) {
    const inCamelCase = unknown.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    throw invalidArgument(owner, `${inCamelCase} Other fields go into \`body\``);
  }
  // Their values are checked by the API, as those of every parameter.
  return read as Partial<FieldsOf[Kind]> & WithBody;
}
