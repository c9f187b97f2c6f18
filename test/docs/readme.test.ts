import {readDocument} from '../../site/documents.ts';

const README = readDocument('README.md');
const MOST_WORDS_OF_A_SENTENCE = 25;
/** What a reader reads in a minute who skims the table. */
const MOST_WORDS = 400;

/** Returns the sentences of a Markdown text, without code blocks, headings and the cells of tables' rules; an item of a list and a cell end one. */
function sentencesOf(text: string): string[] {
  return text
    .replace(/^(?: {4}.*|#.*|\|[-|]+\|)$/gm, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .split(/(?<=[.?!])\s+|\n{2,}|\n- |\|/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

const wordsIn = (text: string): number => text.split(/\s+/).filter((word) => /\w/.test(word)).length;

test('a sentence is found in paragraphs, lists and tables', () => {
  const text = '# A heading\n\nOne two. Three\nfour.\n\n- five\n- [six](x.md) seven\n\n    code\n\n| a | b c |\n|---|---|\n';
  expect(sentencesOf(text).map(wordsIn)).toEqual([2, 2, 1, 2, 1, 2]);
});

test('no sentence of the README is longer than 25 words', () => {
  expect(sentencesOf(README).filter((sentence) => wordsIn(sentence) > MOST_WORDS_OF_A_SENTENCE)).toEqual([]);
});

test('the README is short', () => {
  expect(sentencesOf(README).reduce((sum, sentence) => sum + wordsIn(sentence), 0)).toBeLessThan(MOST_WORDS);
});
