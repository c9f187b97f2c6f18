/**
 * Resolves with the first INT, TERM or HUP. The same Ctrl-C may arrive twice, from the terminal and by npm or our own bin;
 * another one a second later ends this process at once and, by their lifelines, everything that it started.
 */
export function untilStopped(): Promise<void> {
  return new Promise((done) => {
    let first: number | undefined;
    const onSignal = (): void => {
      first ??= Date.now();
      if (Date.now() - first > 1000) process.exit(130);
      done();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}
