import { startChat } from './chat.js';
import { startTranscription } from './transcription.js';

startChat();
startTranscription();
