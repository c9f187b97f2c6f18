import type {ComponentChildren, VNode} from 'preact';

interface ActionBarProps {
  /** What the actions are about, in a few facts. */
  readonly sum: ComponentChildren;
  /** Buttons and links; one of them is primary. */
  readonly children: ComponentChildren;
}

/** Renders the one place for what a person can do on a page. It stays at the foot; the page has `hasBar`. */
export function ActionBar({sum, children}: ActionBarProps): VNode {
  return (
    <section class="actions" aria-label="Actions" id="actions">
      <div>
        <p class="sum">{sum}</p>
        {children}
      </div>
    </section>
  );
}
