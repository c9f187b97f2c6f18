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
  expect(book.endProbe('e1', 'it is gone')).toEqual([{env: 'e1', problem: 'it is gone'}]);
  expect(book.endProbe('e1', 'it is gone')).toEqual([]);
  expect(grant(book)).toEqual([{env: 'e2', holder: holder('a')}]);
  expect(book.probeCandidates).toEqual(['e1']);
  expect(poolDetails(book.state)).toMatch(/e1.*out of the pool.*it is gone[\s\S]*waiting: b/);
  const again = new LeaseTable(JSON.parse(JSON.stringify(book.state)));
  expect(again.problemsOf(request('b', 'e1'))).toEqual([{env: 'e1', problem: 'it is gone'}]);
  again.endProbe('e1', null);
  expect(grant(again)).toEqual([{env: 'e1', holder: holder('b')}]);
  expect(again.probeCandidates).toEqual([]);
});

test('who gave up while the env was probed does not get it', () => {
  const book = new LeaseTable();
  book.request(request('a', 'e1'));
  book.release(holder('a'));
  expect(book.lease('e1', holder('a'))).toBe(false);
});

const DOWN = {host: 'b1', problem: 'connection refused'};

test('a host that cannot be reached takes all of its dev-envs out in one step, and others serve meanwhile', () => {
  const book = new LeaseTable();
  book.request(request('a', 'x@b1', 'y@b1'));
  book.request(request('b', 'y@b1', 'z@b2'));
  expect(book.next()).toMatchObject({env: 'x@b1', request: {workflowId: 'a'}});
  const down = [{env: 'x@b1', ...DOWN}];
  expect(book.endProbe('x@b1', DOWN)).toEqual(down);
  expect(down.flatMap((change) => book.concernedBy(change)).map(({workflowId}) => workflowId)).toEqual(['a', 'b']);
  expect(grant(book)).toEqual([{env: 'z@b2', holder: holder('b')}]);
  expect(book.problemsOf(request('c', 'x@b1', 'y@b1', 'z@b2'))).toMatchObject([DOWN]);
  expect(poolDetails(book.state)).toContain('host `b1`: **cannot be reached**: connection refused');
});

test('a host is reported as unreachable once, is probed by one dev-env, and is reported as back once', () => {
  const book = new LeaseTable();
  book.request(request('a', 'x@b1', 'y@b1'));
  book.endProbe('x@b1', DOWN);
  const again = new LeaseTable(JSON.parse(JSON.stringify(book.state)));
  expect(again.probeCandidates).toEqual(['x@b1']);
  expect(again.endProbe('x@b1', {host: 'b1', problem: 'timed out'})).toEqual([]);
  expect(again.endProbe('x@b1', 'it is not ready')).toEqual([
    {env: 'x@b1', host: 'b1', problem: null},
    {env: 'x@b1', problem: 'it is not ready'},
  ]);
  expect(again.state.hosts).toBeUndefined();
  expect(grant(again)).toEqual([{env: 'y@b1', holder: holder('a')}]);
});

test('a host is probed by a dev-env that is free, and by none while nobody waits for it', () => {
  const book = new LeaseTable();
  book.request(request('a', 'x@b1'));
  grant(book);
  book.request(request('b', 'x@b1', 'y@b1'));
  book.endProbe('y@b1', DOWN);
  expect(book.probeCandidates).toEqual(['y@b1']);
  book.beginProbe('y@b1');
  expect(book.probeCandidates).toEqual([]);
  book.endProbe('y@b1', DOWN);
  book.release(holder('b'));
  expect(book.probeCandidates).toEqual([]);
});

test('what is being probed for a request is neither probed for another one, nor is the request served twice', () => {
  const book = new LeaseTable();
  book.request(request('a', 'e1', 'e2'));
  book.request(request('b', 'e1', 'e2'));
  book.beginProbe('e1', holder('a'));
  expect(book.next()).toMatchObject({env: 'e2', request: {workflowId: 'b'}});
  book.beginProbe('e2', holder('b'));
  expect(book.next()).toBeUndefined();
  book.endProbe('e1', null);
  expect(book.lease('e1', holder('a'))).toBe(true);
});
