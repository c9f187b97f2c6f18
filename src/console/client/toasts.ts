import type {StreamEvent} from './live.ts';

const SHOWN = 4;

/** Shows a failed job and a proved fix on every page. */
export function toast(event: StreamEvent): void {
  const origin = String(event.origin ?? '');
  if (event.type === 'job_failed') show('bad', `${origin}: ${String(event.error ?? 'a job failed')}`, event);
  if (event.type === 'job_done' && event.proof === 'passed') show('ok', `${origin}: a clean rebuild passed`, event);
}

function show(tone: 'bad' | 'ok', text: string, event: StreamEvent): void {
  const room = document.getElementById('toasts');
  if (room === null) return;
  const note = document.createElement('div');
  note.className = `toast ${tone}`;
  const link = document.createElement('a');
  link.href = `/ui/cases/${encodeURIComponent(String(event.case ?? ''))}`;
  link.textContent = text.slice(0, 200);
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'quiet tiny';
  close.textContent = 'Dismiss';
  close.addEventListener('click', () => note.remove());
  note.append(link, close);
  room.append(note);
  while (room.children.length > SHOWN) room.firstElementChild?.remove();
}
