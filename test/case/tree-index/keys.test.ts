import {type Key, keysOfFile} from '../../../src/case/tree-index/keys.ts';

const keysOf = (path: string, text: string): ReadonlySet<Key> => keysOfFile({origin: 'net/foo-devel', path, text});

const PATCH = `Why this is needed
--- src/if_media.c.orig	2020-01-01
+++ src/if_media.c
@@ -1,4 +1,6 @@
 #include <stdio.h>
+#include <sys/capsicum.h>
 	case IFM_IEEE80211_11A: return plain;
-	old(active);
+	strlcpy(active, the_mode);
`;

test('a patch is found by its file, headers, names that look like code, and calls in changed lines', () => {
  expect([...keysOf('dragonfly/patch-src_if_media.c', PATCH)]).toEqual([
    'stem:foo',
    'file:if_media.c',
    'form:compiler',
    'header:stdio.h',
    'header:sys/capsicum.h',
    'header:capsicum.h',
    'symbol:IFM_IEEE80211_11A',
    'names:IFM_IEEE80211_',
    'symbol:strlcpy',
    'symbol:the_mode',
  ]);
});

const DOPS = `port net/foo
type port
reason "DragonFly has no capsicum."
target @any
mk remove USES alias:x
mk add CPPFLAGS -DHAVE_STATFS
mk add LIBS -lutil
text line-remove file pkg-plist exact "%%DATADIR%%/freebsd.conf"
text replace-once file Makefile from "OPSYS" to "bar_BAZ"
mk target set dfly-patch <<'MK'
	\${REINPLACE_CMD} -e 's/MAP_ALIGNED/0/' \${WRKSRC}/lib/alloc.c
MK
`;

test('an overlay is found by the words, flags, entries and files of its statements, and by its reason', () => {
  const keys = keysOf('overlay.dops', DOPS);
  for (const key of [
    'word:capsicum',
    'word:uses=alias',
    'symbol:HAVE_STATFS',
    'word:-lutil',
    'path:freebsd.conf',
    'form:plist',
    'symbol:bar_BAZ',
    'symbol:MAP_ALIGNED',
    'file:alloc.c',
  ] as const)
    expect(keys).toContain(key);
  expect(keys).not.toContain('symbol:REINPLACE_CMD');
});

test('a fragment of the older form is found by its variables and recipes', () => {
  const keys = keysOf('Makefile.DragonFly', 'USES+= ssl \\\n\talias\npost-patch:\n\t@sed s/FOO_BAR/x/ ${WRKSRC}/configure\n');
  for (const key of ['word:ssl', 'word:uses=alias', 'symbol:FOO_BAR', 'file:configure', 'form:autoconf'] as const)
    expect(keys).toContain(key);
});

test.each([
  ['lang/python311', 'stem:python'],
  ['devel/py39-foo', 'stem:py-foo'],
  ['net/foo-lts', 'stem:foo'],
])('%s has the key %s', (origin, key) => {
  expect(keysOfFile({origin, path: 'dragonfly/patch-a', text: ''})).toContain(key);
});

test('a patch of any size has a bounded number of keys', () => {
  const lines = Array.from({length: 5000}, (_, at) => `+NAME_${at};\n`).join('');
  expect(keysOf('dragonfly/patch-a', lines).size).toBe(400);
  expect(keysOf('overlay.dops', '\0"unclosed').size).toBe(1);
});
