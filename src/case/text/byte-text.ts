/** A UTF-8 sequence of several bytes, each of them one character here, or a byte that belongs to none. */
const SEQUENCE =
  /[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}|[\x80-\xff]/g;

/** Returns bytes as a text that JSON carries: UTF-8 decoded, and each byte that is none as the lone surrogate U+DC00 + byte. */
export function textOfBytes(bytes: Uint8Array): string {
  const utf8 = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});
  try {
    return utf8.decode(bytes);
  } catch {
    const latin1 = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    const part = (one: string): string =>
      one.length === 1
        ? String.fromCharCode(0xdc00 + one.charCodeAt(0))
        : utf8.decode(Uint8Array.from(one, (char) => char.charCodeAt(0)));
    return latin1.replace(SEQUENCE, part);
  }
}

/** Returns the bytes of a text of `textOfBytes`; of any other text, its UTF-8. */
export function bytesOfText(text: string): Uint8Array {
  const parts = text.split(/([\udc80-\udcff])/u).map((part) => {
    const code = part.charCodeAt(0);
    return part.length === 1 && code >= 0xdc80 && code <= 0xdcff ? Uint8Array.of(code - 0xdc00) : new TextEncoder().encode(part);
  });
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
