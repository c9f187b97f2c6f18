const SHOWN_MS = 1_500;

/** Copies the text of a button's `data-copy`, or that of the element that `data-copy-id` names, when it is pressed. */
export function copyButtons(): void {
  document.addEventListener('click', ({target}) => {
    const button = target instanceof Element ? target.closest<HTMLElement>('[data-copy], [data-copy-id]') : null;
    if (button === null) return;
    const {copy, copyId} = button.dataset;
    const text = copy ?? document.getElementById(copyId ?? '')?.textContent ?? '';
    void copyText(text).then((copied) => answer(button, copied ? 'Copied' : 'Not copied'));
  });
}

/** Copies a text; by a selection where the page has no access to the clipboard, as over plain HTTP. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'unseen';
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  return copied;
}

function answer(button: HTMLElement, text: string): void {
  const note = document.createElement('span');
  note.setAttribute('role', 'status');
  note.textContent = ` ${text}`;
  button.append(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}
