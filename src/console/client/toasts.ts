import type {Said} from './live.ts';

const SHOWN = 4;

/** Tells of a failed job and of a proved fix, wherever one looks. */
export function toast(said: Said): void {
  const origin = String(said.origin ?? '');
  if (said.type === 'job_failed') show('bad', `${origin}: ${String(said.error ?? 'a job failed')}`, said);
  if (said.type === 'job_done' && said.proof === 'passed') show('good', `${origin}: a clean rebuild passed`, said);
}

function show(tone: 'bad' | 'good', text: string, said: Said): void {
  const room = document.getElementById('toasts');
  if (room === null) return;
  const note = document.createElement('div');
  note.className = `note ${tone}`;
  const link = document.createElement('a');
  link.href = `/ui/cases/${encodeURIComponent(String(said.case ?? ''))}`;
  link.textContent = text.slice(0, 200);
  const close = document.createElement('button');
  close.type = 'button';
  close.textContent = 'Dismiss';
  close.addEventListener('click', () => note.remove());
  note.append(link, close);
  room.append(note);
  while (room.children.length > SHOWN) room.firstElementChild?.remove();
}
