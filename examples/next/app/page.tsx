'use client';

import { AbortError, APIError, CompletionStream, StreamInterruptedError } from 'mistral-sdk';
import { useRef, useState, type SubmitEvent } from 'react';

/** Asks the route of this app, never the API: the key stays on the server. */
export default function Chat() {
  const [reply, setReply] = useState('');
  const [notice, setNotice] = useState('');
  const [stop, setStop] = useState<AbortController>();
  const question = useRef<HTMLInputElement>(null);
  const token = useRef<HTMLInputElement>(null);

  async function ask(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const controller = new AbortController();
    const { signal } = controller;
    setStop(controller);
    setReply('');
    setNotice('');
    const messages = [{ role: 'user', content: question.current?.value ?? '' }];
    const headers = { authorization: `Bearer ${token.current?.value ?? ''}` };
    const body = JSON.stringify({ messages });
    const response = fetch('/api/chat', { method: 'POST', headers, body, signal });
    try {
      for await (const text of CompletionStream.fromResponse(response, { signal }).text())
        setReply((before) => before + text);
    } catch (error) {
      setNotice(wordsOf(error));
    } finally {
      setStop(undefined);
    }
  }

  return (
    <main>
      <form onSubmit={ask}>
        <input ref={token} type="password" aria-label="Token" required />{' '}
        <input ref={question} aria-label="Question" defaultValue="Tell me about cheese." required />{' '}
        <button disabled={stop !== undefined}>Ask</button>{' '}
        <button type="button" disabled={stop === undefined} onClick={() => stop?.abort()}>
          Stop
        </button>
      </form>
      <p id="reply">{reply}</p>
      <p role="status">{notice}</p>
    </main>
  );
}

function wordsOf(error: unknown): string {
  if (error instanceof AbortError) return 'Stopped.';
  if (error instanceof StreamInterruptedError) return 'The reply was cut off.';
  if (error instanceof APIError) return error.message;
  return 'The server cannot be reached.';
}
