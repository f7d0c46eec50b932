import { AbortError, CompletionStream, StreamInterruptedError } from 'mistral-sdk';

import { element, showProblem } from './element.js';

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** A chat in the page: one reply at a time, shown while it is written, that can be stopped. */
export function startChat(): void {
  const form = element('chat', HTMLFormElement);
  const question = element('question', HTMLTextAreaElement);
  const send = element('send', HTMLButtonElement);
  const stop = element('stop', HTMLButtonElement);
  const problem = element('chat-problem', HTMLElement);
  const status = element('chat-status', HTMLElement);
  const messages: Message[] = [];
  let answering: AbortController | undefined;

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!answering && question.value.trim()) void ask(question.value.trim());
  });
  question.addEventListener('keydown', (event) => {
    // While a word is being composed, as in Japanese, Enter chooses it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  stop.addEventListener('click', () => answering?.abort());
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') answering?.abort();
  });

  async function ask(content: string): Promise<void> {
    answering = new AbortController();
    showProblem(problem);
    showBusy(true);
    question.value = '';
    const asked = addMessage('user', content);
    const shown = addMessage('assistant', '');
    try {
      const { signal } = answering;
      const body = JSON.stringify({ messages: [...messages, { role: 'user', content }] });
      const response = fetch('/api/chat', { method: 'POST', body, signal });
      for await (const text of CompletionStream.fromResponse(response, { signal }).text()) shown.append(text);
      status.textContent = 'The reply is complete.';
    } catch (error) {
      status.textContent = '';
      if (error instanceof AbortError) shown.note('Stopped.');
      else if (error instanceof StreamInterruptedError) shown.note('The reply was cut off.');
      else showProblem(problem, error);
    }
    answering = undefined;
    shown.end();
    if (shown.text() !== '')
      messages.push({ role: 'user', content }, { role: 'assistant', content: shown.text() });
    else {
      // As if it had not been said, so that it can be said again.
      asked.remove();
      shown.remove();
      question.value = content;
    }
    showBusy(false);
  }

  function showBusy(isBusy: boolean): void {
    send.hidden = isBusy;
    stop.hidden = !isBusy;
    if (isBusy) status.textContent = 'The reply is being written.';
    // The button that was pressed is gone.
    if (document.activeElement === document.body) question.focus();
  }
}

function addMessage(role: Message['role'], content: string) {
  const item = document.createElement('li');
  const who = document.createElement('span');
  const words = document.createElement('span');
  item.className = `message ${role}`;
  who.className = 'who';
  who.textContent = role === 'user' ? 'You' : 'Model';
  words.textContent = content;
  item.append(who, words);
  // Read aloud when it is whole, and not word by word.
  item.ariaBusy = `${content === ''}`;
  element('conversation', HTMLOListElement).append(item);
  item.scrollIntoView({ block: 'nearest' });
  return {
    text: () => words.textContent ?? '',
    append(text: string): void {
      words.append(text);
      item.scrollIntoView({ block: 'nearest' });
    },
    note(text: string): void {
      const note = document.createElement('span');
      note.className = 'note';
      note.textContent = text;
      item.append(note);
    },
    end: () => (item.ariaBusy = 'false'),
    remove: () => item.remove(),
  };
}
