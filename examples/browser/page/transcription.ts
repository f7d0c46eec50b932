import { AbortError, TranscriptionStream } from 'mistral-sdk';

import { element, showProblem } from './element.js';
import { upload } from './upload.js';

/** A recording is sent, with a bar that tells how far it has come, and its words are shown as they are heard. */
export function startTranscription(): void {
  const form = element('transcription', HTMLFormElement);
  const recording = element('recording', HTMLInputElement);
  const start = element('transcribe', HTMLButtonElement);
  const cancel = element('cancel', HTMLButtonElement);
  const progress = element('progress', HTMLElement);
  const label = element('progress-label', HTMLElement);
  const bar = element('bar', HTMLProgressElement);
  const transcript = element('transcript', HTMLOutputElement);
  const problem = element('transcription-problem', HTMLElement);
  let running: AbortController | undefined;

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const [file] = recording.files ?? [];
    if (file && !running) void transcribe(file);
  });
  cancel.addEventListener('click', () => running?.abort());

  async function transcribe(file: File): Promise<void> {
    running = new AbortController();
    showProblem(problem);
    showBusy(true);
    transcript.textContent = '';
    transcript.hidden = true;
    try {
      const path = `/api/transcription?${new URLSearchParams({ name: file.name })}`;
      const { signal } = running;
      const response = upload(path, file, { onProgress: showSent, signal });
      transcript.ariaBusy = 'true';
      for await (const text of TranscriptionStream.fromResponse(response, { signal }).text()) {
        transcript.hidden = false;
        transcript.append(text);
      }
    } catch (error) {
      if (!(error instanceof AbortError)) showProblem(problem, error);
    } finally {
      running = undefined;
      transcript.ariaBusy = 'false';
      showBusy(false);
    }
  }

  function showBusy(isBusy: boolean): void {
    start.hidden = isBusy;
    cancel.hidden = !isBusy;
    progress.hidden = !isBusy;
    (isBusy ? cancel : start).focus();
  }

  function showSent(share: number): void {
    const isSent = share === 1;
    label.textContent = isSent ? 'Transcribing' : `Sending: ${Math.floor(share * 100)} %`;
    // Without a value, the bar shows that something goes on.
    if (isSent) bar.removeAttribute('value');
    else bar.value = share;
  }
}
