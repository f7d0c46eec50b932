import type { BatchJob, BatchRequest } from '../../generated/types.gen.js';
import { APIError } from '../errors/api-error.js';
import { idOf } from '../errors/id-of.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import { isPromise, untilAborted } from '../internal/until-aborted.js';
import { JobFailedError } from '../waiting/job-failed-error.js';
import type { Timing } from '../waiting/poll.js';
import { waitFor } from '../waiting/wait-for.js';
import type { BatchClient } from './batch-client.js';
import type { BatchConfig } from './batch-options.js';
import { outcomeOf, type BatchLine, type BatchResult, type Outcome } from './batch-result.js';
import type { SavedJob } from './batch-state.js';
import { readLines, type Gaps } from './read-lines.js';
import type { Part, PartReader } from './read-parts.js';

/** A created job, with its known state. */
interface TrackedJob {
  saved: SavedJob;
  completed: number;
  failed: number;
  isOver: boolean;
}

/** A job whose results can be read. */
export interface EndedJob {
  readonly part: Part<unknown>;
  readonly tracked: TrackedJob;
  readonly job: BatchJob;
  /** Why it ended without success. It may still have results. */
  readonly failure: JobFailedError | undefined;
}

/** The context of a run. */
export interface BatchContext {
  readonly mistral: BatchClient;
  readonly config: BatchConfig;
  readonly parts: PartReader<unknown>;
  readonly total: number | undefined;
  /** Aborts everything that is running. */
  readonly signal: AbortSignal;
  readonly timing: Timing;
}

/** Fewer requests than this may be inline. */
const inlineLimit = 10_000;

/** A break must not wait long for the cancellation. */
const cancelTimeoutMs = 10_000;

/** Keeps jobs running, and yields those that have ended. */
export class BatchRun {
  readonly #context: BatchContext;
  readonly #jobs: TrackedJob[];
  /** Work in the background while results are yielded: reading the source, and the jobs. */
  readonly #background = new Set<Promise<unknown>>();
  readonly #ended: EndedJob[] = [];
  #failure: { readonly error: unknown } | undefined;
  #wake = (): void => {};
  /** Jobs between reading their requests and their last result. */
  #underWay = 0;
  #isReading = false;
  #isAtEnd = false;
  #saving = Promise.resolve();

  constructor(context: BatchContext) {
    this.#context = context;
    this.#jobs = (context.config.resume?.jobs ?? []).map((saved) => track(saved));
  }

  /** @returns `undefined` when there are no more. */
  async nextEnded(): Promise<EndedJob | undefined> {
    const { signal } = this.#context;
    for (;;) {
      if (this.#failure) throw this.#failure.error;
      signal.throwIfAborted();
      this.#advance();
      const ended = this.#ended.shift();
      if (ended) return ended;
      // A pending `onProgress` may still fail.
      if (this.#isAtEnd && this.#underWay === 0 && this.#background.size === 0) return undefined;
      await untilAborted(signal, new Promise<void>((resolve) => (this.#wake = resolve)));
    }
  }

  async *resultsOf({
    part,
    tracked,
    job,
    failure,
  }: EndedJob): AsyncGenerator<BatchResult<unknown, unknown>, void> {
    const { mistral, signal } = this.#context;
    const { first, inputs } = part;
    const isTaken = new Uint8Array(inputs.length);
    const gaps: Gaps = { badLines: 0, gone: undefined };
    let failed = 0;
    const take = (offset: number, outcome: Outcome<unknown>): BatchResult<unknown, unknown> => {
      const index = first + offset;
      isTaken[offset] = 1;
      if (outcome.error) failed += 1;
      return { index, customId: String(index), jobId: job.id, input: inputs[offset], ...outcome };
    };
    for await (const line of readLines(mistral, job, signal, gaps)) {
      const offset = indexOf(line) - first;
      if (isTaken[offset] !== 0) continue;
      yield take(offset, outcomeOf(line, `Request ${first + offset} of job ${job.id}`));
      signal.throwIfAborted();
    }
    for (const [offset, taken] of isTaken.entries()) {
      if (taken) continue;
      const error = failure ?? gaps.gone ?? noResult(job, first + offset, gaps);
      yield take(offset, { output: undefined, error });
      signal.throwIfAborted();
    }
    tracked.saved = { ...tracked.saved, failed };
    Object.assign(tracked, { completed: inputs.length, failed });
    this.#underWay -= 1;
    await this.#save();
    this.#report();
  }

  /** Stop the background work. The signal has already aborted. */
  async stop(): Promise<void> {
    const { cancelOnAbort } = this.#context.config;
    const toCancel = cancelOnAbort ? this.#jobs.filter(({ isOver }) => !isOver) : [];
    await Promise.all([...this.#background, ...toCancel.map(({ saved }) => this.#cancel(saved.job_id))]);
  }

  /** Read the requests of another job, unless `maxJobs` are running. */
  #advance(): void {
    if (this.#isReading || this.#isAtEnd || this.#underWay >= this.#context.config.maxJobs) return;
    this.#isReading = true;
    this.#underWay += 1;
    this.#inBackground(this.#readPart());
  }

  async #readPart(): Promise<void> {
    const part = await this.#context.parts.read();
    this.#isReading = false;
    if (part) {
      this.#inBackground(this.#runJob(part));
      this.#advance();
    } else {
      this.#isAtEnd = true;
      this.#underWay -= 1;
      this.#report();
    }
  }

  #inBackground(work: Promise<unknown>): void {
    const settled: Promise<unknown> = work
      .catch((error: unknown) => void (this.#failure ??= { error }))
      .finally(() => {
        this.#background.delete(settled);
        this.#wake();
      });
    this.#background.add(settled);
  }

  async #runJob(part: Part<unknown>): Promise<void> {
    const { mistral, config, signal, timing } = this.#context;
    const tracked = this.#jobs.find(({ saved }) => saved === part.saved) ?? (await this.#create(part));
    const onUpdate = (state: BatchJob) => {
      // Not every state of a job has the counts.
      tracked.completed = state.completed_requests ?? tracked.completed;
      tracked.failed = state.failed_requests ?? tracked.failed;
      this.#report();
    };
    const params = { job_id: tracked.saved.job_id };
    let failure: JobFailedError<BatchJob> | undefined;
    const job = await waitFor(
      mistral.batch.jobs,
      params,
      { ...config.polling, signal, onUpdate },
      timing,
    ).catch((error: unknown) => {
      if (!(error instanceof JobFailedError)) throw error;
      failure = error as JobFailedError<BatchJob>;
      return failure.job;
    });
    tracked.isOver = true;
    this.#ended.push({ part, tracked, job, failure });
  }

  async #create(part: Part<unknown>): Promise<TrackedJob> {
    const { mistral, config, signal } = this.#context;
    const { endpoint, model, agent_id, metadata, timeout_hours } = config;
    const settings = { endpoint, model, agent_id, metadata, timeout_hours };
    const isInline = part.bytes <= config.maxInlineBytes && part.inputs.length < inlineLimit;
    const input_file = isInline ? null : await this.#upload(part);
    const requests = isInline
      ? { requests: part.lines.map((line) => JSON.parse(line) as BatchRequest) }
      : { input_files: [input_file!] };
    part.lines.length = 0;
    // Without the signal: a job could be created in spite of the abort, and billed, and nobody would know its id.
    const creating = mistral.batch.jobs.create({ ...settings, ...requests });
    const created = (job: unknown) => idOf(job, 'runBatch(): the job');
    const keep = async (job: unknown) => this.#keep(created(job), part, input_file);
    const cancel = async (job: unknown) => this.#cancel(created(job));
    const tracked = await keep(await untilAborted(signal, creating, config.cancelOnAbort ? cancel : keep));
    this.#report();
    return tracked;
  }

  async #upload({ first, lines }: Part<unknown>): Promise<string> {
    const { mistral, signal } = this.#context;
    // One string: a Blob of many small parts is slow to read.
    const file = new File([lines.join('')], `batch-${first}.jsonl`, { type: 'application/jsonl' });
    const uploaded = await untilAborted(signal, mistral.files.upload({ file, purpose: 'batch' }, { signal }));
    return idOf(uploaded, 'runBatch(): the file');
  }

  async #keep(job_id: string, part: Part<unknown>, input_file: string | null): Promise<TrackedJob> {
    const { first, inputs, checksum } = part;
    const tracked = track({ job_id, input_file, first, count: inputs.length, checksum, failed: null });
    this.#jobs.push(tracked);
    await this.#save();
    return tracked;
  }

  async #cancel(job_id: string): Promise<void> {
    try {
      await this.#context.mistral.batch.jobs.cancel({ job_id }, { timeoutMs: cancelTimeoutMs });
    } catch (error) {
      // It may have ended since the last poll.
      if (!(error instanceof APIError) || error.status >= 500) throw error;
    }
  }

  /** In sequence, so that an older state never overwrites a newer one. */
  async #save(): Promise<void> {
    const { config, signal } = this.#context;
    const { onState, endpoint, model = null, agent_id = null } = config;
    if (!onState) return;
    this.#saving = this.#saving.then(() => {
      const jobs = this.#jobs.map(({ saved }) => saved).toSorted((a, b) => a.first - b.first);
      return onState({ version: 1, endpoint, model, agent_id, jobs });
    });
    await untilAborted(signal, this.#saving);
  }

  #report(): void {
    if (this.#failure) return;
    const { config, total, parts, signal } = this.#context;
    const sum = (figure: (job: TrackedJob) => number) =>
      this.#jobs.reduce((all, job) => all + figure(job), 0);
    try {
      const reported: unknown = config.onProgress?.({
        total: total ?? (this.#isAtEnd ? parts.count : undefined),
        submitted: sum(({ saved }) => saved.count),
        completed: sum(({ completed }) => completed),
        failed: sum(({ failed }) => failed),
        jobs: this.#jobs.length,
        endedJobs: this.#jobs.filter(({ saved }) => saved.failed !== null).length,
      });
      // Awaited only at the end; its failure ends the run.
      if (isPromise(reported)) this.#inBackground(untilAborted(signal, reported));
    } catch (error) {
      // The other background work must not call it again.
      this.#failure ??= { error };
      throw error;
    }
  }
}

function track(saved: SavedJob): TrackedJob {
  const isOver = saved.failed !== null;
  return { saved, completed: isOver ? saved.count : 0, failed: saved.failed ?? 0, isOver };
}

/** @returns `NaN` for an id that is not one of ours. */
const indexOf = (line: BatchLine): number =>
  isRecord(line) && /^\d+$/.test(String(line.custom_id)) ? Number(line.custom_id) : Number.NaN;

function noResult({ id, status }: BatchJob, index: number, { badLines }: Gaps): MistralError {
  const unreadable = badLines > 0 ? `; ${badLines} of the lines in its files are not JSON` : '';
  return new MistralError(
    `Job ${id} ended as ${status}, and has no result for request ${index}${unreadable}`,
  );
}
