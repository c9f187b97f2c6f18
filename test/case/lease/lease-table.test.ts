import {LeaseTable, poolDetails} from '../../../src/case/lease/lease-table.ts';

const holder = (name: string) => ({workflowId: name, runId: `${name}-run`});
const request = (name: string, ...envs: string[]) => ({...holder(name), envs});

/** Grants whatever can be granted, as the pool does when every probe passes. */
function grant(book: LeaseTable) {
  const granted = [];
  for (let next = book.next(); next !== undefined; next = book.next()) {
    const {env, request} = next;
    if (book.lease(env, request)) granted.push({env, holder: holder(request.workflowId)});
  }
  return granted;
}

test('envs go to who came first, one holder each', () => {
  const book = new LeaseTable();
  for (const name of ['a', 'b', 'c']) book.request(request(name, 'e1', 'e2'));
  expect(grant(book)).toEqual([
    {env: 'e1', holder: holder('a')},
    {env: 'e2', holder: holder('b')},
  ]);
  expect(grant(book)).toEqual([]);
  book.release(holder('a'));
  expect(grant(book)).toEqual([{env: 'e1', holder: holder('c')}]);
});

test('a request that is made again is no second one, and is told what it has', () => {
  const book = new LeaseTable();
  expect(book.request(request('a', 'e1'))).toBeUndefined();
  book.request(request('a', 'e1'));
  expect(grant(book)).toHaveLength(1);
  expect(book.request(request('a', 'e1'))).toBe('e1');
  expect(book.state.waiting).toEqual([]);
});

test('who waits for another env is not held up', () => {
  const book = new LeaseTable();
  book.request(request('a', 'e1'));
  grant(book);
  book.request(request('b', 'e1'));
  book.request(request('c', 'e2'));
  expect(grant(book)).toEqual([{env: 'e2', holder: holder('c')}]);
});

test('closed holders lose their leases and places; who came after the question keeps his', () => {
  const book = new LeaseTable();
  book.request(request('dead', 'e1'));
  grant(book);
  book.request(request('gone', 'e1'));
  const asked = book.holders;
  book.request(request('new', 'e1'));
  book.dropClosed([], asked);
  expect(grant(book)).toEqual([{env: 'e1', holder: holder('new')}]);
});

test('the state survives a continue-as-new', () => {
  const book = new LeaseTable();
  book.request(request('a', 'e1'));
  grant(book);
  book.request(request('b', 'e1'));
  const again = new LeaseTable(JSON.parse(JSON.stringify(book.state)));
  expect(again.busy).toBe(true);
  again.release(holder('a'));
  expect(grant(again)).toEqual([{env: 'e1', holder: holder('b')}]);
});

test('a higher priority goes first, and the same by arrival', () => {
  const book = new LeaseTable();
  book.request(request('a', 'e1'));
  book.request({...request('b', 'e1'), priority: 1});
  book.request({...request('c', 'e1'), priority: 1});
  expect(book.next()?.request.workflowId).toBe('b');
});

test('an env that failed its probe is given to nobody until it is well; others serve meanwhile', () => {
  const book = new LeaseTable();
  book.request(request('a', 'e1', 'e2'));
  book.request(request('b', 'e1'));
  expect(book.setHealth('e1', 'it is gone')).toBe(true);
  expect(book.setHealth('e1', 'it is gone')).toBe(false);
  expect(grant(book)).toEqual([{env: 'e2', holder: holder('a')}]);
  expect(book.probeCandidates).toEqual(['e1']);
  expect(poolDetails(book.state)).toMatch(/e1.*out of the pool.*it is gone[\s\S]*waiting: b/);
  const again = new LeaseTable(JSON.parse(JSON.stringify(book.state)));
  expect(again.problem('e1')).toBe('it is gone');
  again.setHealth('e1', null);
  expect(grant(again)).toEqual([{env: 'e1', holder: holder('b')}]);
  expect(again.probeCandidates).toEqual([]);
});

test('who gave up while the env was probed does not get it', () => {
  const book = new LeaseTable();
  book.request(request('a', 'e1'));
  book.release(holder('a'));
  expect(book.lease('e1', holder('a'))).toBe(false);
});
