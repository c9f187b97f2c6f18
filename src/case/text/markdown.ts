/** Escapes untrusted text for one line of Markdown: it cannot form links, bare addresses, images, HTML or table cells. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#!]|:(?=\/\/)/g, (mark) => `\\${mark}`);
}
