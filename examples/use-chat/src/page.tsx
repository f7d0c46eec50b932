import { useChat } from '@ai-sdk/react';
import { DefaultChatTransport } from 'ai';
import { StrictMode, useRef, type FormEvent } from 'react';
import { createRoot } from 'react-dom/client';

import type { Message } from './server.js';

/** Asks the server of this example, never the API: the key stays there. */
function Chat() {
  const question = useRef<HTMLInputElement>(null);
  const token = useRef<HTMLInputElement>(null);
  const { messages, sendMessage, status, stop, error } = useChat<Message>({
    transport: new DefaultChatTransport({
      headers: () => ({ authorization: `Bearer ${token.current?.value ?? ''}` }),
    }),
  });
  const isBusy = status === 'submitted' || status === 'streaming';

  function ask(event: FormEvent) {
    event.preventDefault();
    void sendMessage({ text: question.current?.value ?? '' });
  }

  return (
    <main>
      <form onSubmit={ask}>
        <input ref={token} type="password" aria-label="Token" required />{' '}
        <input ref={question} aria-label="Question" defaultValue="How warm is it in Lyon?" required />{' '}
        <button disabled={isBusy}>Ask</button>{' '}
        <button type="button" disabled={!isBusy} onClick={() => void stop()}>
          Stop
        </button>
      </form>
      {messages.map(({ id, role, parts }) => (
        <section key={id} data-role={role}>
          {parts.map((part, index) => (
            <Part key={index} part={part} />
          ))}
        </section>
      ))}
      <p role="status">{error ? error.message : status}</p>
    </main>
  );
}

function Part({ part }: { readonly part: Message['parts'][number] }) {
  switch (part.type) {
    case 'text':
      return <p>{part.text}</p>;
    case 'reasoning':
      return <blockquote>{part.text}</blockquote>;
    case 'tool-weather':
      return part.state === 'output-available' ? (
        <output>{`${part.output.celsius} °C in ${part.output.city}`}</output>
      ) : (
        <output>Looking …</output>
      );
    default:
      return null;
  }
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Chat />
  </StrictMode>,
);
