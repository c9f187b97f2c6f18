/** Tags of HTML that we wrote, with their attributes, in order. Throws where a `<` is no tag of the form that our renderers write. */
export function tagsOf(html: string): {name: string; attributes: Record<string, string>}[] {
  const tags: {name: string; attributes: Record<string, string>}[] = [];
  for (const [tag] of html.matchAll(/<[^>]*>?/g)) {
    const [, closing, name, rest] = /^<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*\/?>$/.exec(tag) ?? [];
    if (name === undefined) throw new Error(`No tag of ours: ${tag.slice(0, 200)}`);
    if (closing === '') tags.push({name, attributes: attributesOf(rest ?? '')});
  }
  return tags;
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)].map(([, name, value]) => [name, value ?? '']));
}

/** What a reader sees: no tags, entities undone, the gaps in numbers plain blanks. */
export function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\u202f/g, ' ');
}

/** Ids of HTML that come more than once. */
export function repeatedIds(html: string): string[] {
  const ids = tagsOf(html).flatMap(({attributes}) => attributes.id ?? []);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}

/** Text that tries to be more than text. */
export const HOSTILE =
  '<script>alert(1)</script><img src=x onerror="alert(2)">&amp;\u202egnihtyna\u202c\u0000"\'</pre></details>';
