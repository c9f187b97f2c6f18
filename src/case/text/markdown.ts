/** Keeps words from a log or a model from becoming markup: no links, bare addresses included, images, HTML or table cells. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#!]|:(?=\/\/)/g, (mark) => `\\${mark}`);
}
