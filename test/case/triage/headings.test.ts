import {fenceAfter, readHeading} from '../../../src/case/triage/headings.ts';

test.each([
  ['', 'text', ''],
  ['', '```', '```'],
  ['', '   ~~~~ log', '~~~~'],
  ['', '    ```', ''],
  ['', '> ```', '```'],
  ['', '>```', '```'],
  ['', '``', ''],
  ['', '```a`b', ''],
  ['', '~~~a`b', '~~~'],
  ['```', '```', ''],
  ['```', '`````', ''],
  ['`````', '```', '`````'],
  ['```', '``` x', '```'],
  ['```', '```  ', ''],
  ['```', '~~~', '```'],
  ['```', 'text', '```'],
])('after fence %j, %j leaves %j open', (open, line, expected) => {
  expect(fenceAfter(open, line)).toBe(expected);
});

test.each([
  ['## Confidence', {name: 'confidence', rest: ''}],
  ['##Confidence', {name: 'confidence', rest: ''}],
  ['   ###### Notes', {name: 'notes', rest: ''}],
  ['**Confidence:** high', {name: 'confidence', rest: 'high'}],
  ['__Platform__', {name: 'platform', rest: ''}],
  ['### 6. confidence - high', {name: 'confidence', rest: 'high'}],
  ['## 2) **Root Cause**: `x`', {name: 'root cause', rest: '`x`'}],
  ['## ** 3 . ** Evidence', {name: 'evidence', rest: ''}],
  ['## Suggested Fix – x', {name: 'suggested fix', rest: 'x'}],
  ['## Snippet Requests ##', undefined],
  ['## Notes: ##', {name: 'notes', rest: ''}],
  ['## Notes: # x', {name: 'notes', rest: '# x'}],
  ['## Other', {name: 'other', rest: ''}],
  ['# Other', {name: 'other', rest: ''}],
  ['### Other', undefined],
  ['##', undefined],
  ['    ## Notes', undefined],
  ['Notes: x', undefined],
  ['x **Notes**', undefined],
  ['** Other', undefined],
])('%j', (line, expected) => {
  expect(readHeading(line)).toEqual(line === '## Snippet Requests ##' ? {name: 'other', rest: ''} : expected);
});
