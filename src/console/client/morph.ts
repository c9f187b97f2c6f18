import {Idiomorph} from '/assets/idiomorph.js';

/** Fields that the operator has changed: the server does not know their values. */
const TYPED = new Set<Node>();

/** Records which fields the operator has changed. */
export function keepWhatIsTyped(root: Document): void {
  for (const type of ['input', 'change']) {
    root.addEventListener(type, ({target}) => {
      if (target instanceof Node) TYPED.add(target);
    });
  }
}

/** Asks for the page again and changes what differs; scroll, selection, open parts and what is typed stay. */
export async function changeInPlace(): Promise<void> {
  const answer = await fetch(location.href, {headers: {accept: 'text/html'}, redirect: 'error'});
  if (!answer.ok) throw new Error(`The page cannot be had again: HTTP ${answer.status}.`);
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const id of ['main', 'waiting-count']) morph(document.getElementById(id), fresh.getElementById(id));
}

function morph(old: HTMLElement | null, fresh: HTMLElement | null): void {
  if (old === null || fresh === null) return;
  Idiomorph.morph(old, fresh, {
    morphStyle: 'outerHTML',
    ignoreActiveValue: true,
    callbacks: {
      beforeNodeMorphed: (node: Node) => !(node instanceof Element && (node.hasAttribute('data-keep') || TYPED.has(node))),
      beforeNodeRemoved: (node: Node) => !(node instanceof Element && (node.hasAttribute('data-keep') || holdsInput(node))),
      beforeAttributeUpdated: (name: string, node: Element) => !(name === 'open' && node instanceof HTMLDetailsElement),
    },
  });
}

/** Whether the operator has typed into a part of it: what was typed is not thrown away. */
function holdsInput(node: Element): boolean {
  return [...TYPED].some((field) => node.contains(field) && (field as Partial<HTMLTextAreaElement>).value !== '');
}
