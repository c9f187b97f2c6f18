/** Prints how many tests passed and failed as the last line, in the form that build servers read. */
export default class CountReporter {
  onRunComplete(_contexts, {numPassedTests, numFailedTests, numRuntimeErrorTestSuites}) {
    // A file that could not be run at all counts as a failure.
    process.stderr.write(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`);
  }
}
