import type {VNode} from 'preact';
import {Command} from '../components/copy.tsx';
import {Panel} from '../components/panel.tsx';
import {type Step, Steps} from '../components/steps.tsx';
import type {SetupState} from '../setup-state.ts';
import type {Health} from '../watch/health.ts';
import {counted} from './components.tsx';

interface SetupProps {
  readonly setup: SetupState;
  readonly health: Health;
  /** Whether a failure was ever reported. */
  readonly hasReports: boolean;
}

/** Returns the steps that are left before a port can be repaired. */
export function stepsLeft({logs, model, devEnvs}: SetupState, health: Health): number {
  return [logs, model, devEnvs].filter(({state}) => state === 'missing').length + (isRunning(health) ? 0 : 1);
}

function isRunning({temporalProblem, runner}: Health): boolean {
  return temporalProblem === undefined && !runner.stale;
}

/** Renders what is set up and what is left to do, with the command of each step. */
export function SetupPanel({setup, health, hasReports}: SetupProps): VNode {
  const left = stepsLeft(setup, health);
  const steps = [serverStep(health), logsStep(setup), modelStep(setup), envStep(setup), hooksStep(hasReports)];
  const done = steps.filter(({state}) => state === 'done').length;
  return (
    <Panel
      id="setup"
      title="Set up"
      end={`${done} of ${steps.length} done`}
      foot={
        <>
          Something else wrong? <code>portwright doctor</code> reports what, and what to do.
        </>
      }
    >
      <p>Nothing can be repaired yet. {counted(left, 'step is', 'steps are')} left. Each turns green by itself.</p>
      <Steps steps={steps} stack />
    </Panel>
  );
}

function serverStep(health: Health): Step {
  const {temporalProblem} = health;
  if (isRunning(health))
    return {state: 'done', text: <strong>Server and worker run</strong>, sub: 'Temporal answers; the worker answers.'};
  return {
    state: 'ask',
    text: <strong>Start server and worker</strong>,
    sub: (
      <>
        {temporalProblem === undefined ? 'The worker does not answer.' : `Temporal: ${temporalProblem}.`}
        <Command text="portwright up" />
      </>
    ),
  };
}

function logsStep({logs: {state, dirs}}: SetupState): Step {
  const [dir = '/build/synth/logs'] = dirs;
  if (state !== 'missing') return {state: 'done', text: <strong>Logs of dsynth are found</strong>, sub: <code>{dir}</code>};
  return {
    state: 'todo',
    text: <strong>Name the directory of dsynth’s logs</strong>,
    sub: (
      <>
        <code>{dir}</code> does not exist on this machine. Set the directory, or mount it, and start again. Logs on another host
        are fetched from it: the step of dev-envs has the command.
        <Command text="LOGS_ROOT=/build/synth/logs portwright up" />
      </>
    ),
  };
}

function modelStep({model}: SetupState): Step {
  if (model.state === 'set') return {state: 'done', text: <strong>A model is set</strong>, sub: <code>{model.name}</code>};
  return {
    state: model.state === 'unknown' ? 'ask' : 'todo',
    text: <strong>Name a model</strong>,
    sub: (
      <>
        Without one, rules repair what they can, and all other cases collect evidence and wait for you. Any OpenAI-compatible
        server will do.
        <Command text="DP_HARNESS_TRIAGE_MODEL=… DP_HARNESS_TRIAGE_API_BASE=https://…/v1 portwright up" />
      </>
    ),
  };
}

function envStep({devEnvs: {state, names}}: SetupState): Step {
  if (state === 'set') return {state: 'done', text: <strong>Dev-envs are set</strong>, sub: <code>{names.join(', ')}</code>};
  return {
    state: state === 'unknown' ? 'ask' : 'todo',
    text: <strong>Name a dev-env</strong>,
    sub: (
      <>
        Attempts and proofs run in one. Without any, no fix can be built.
        <Command text="portwright host add b1 --ssh root@build-host --dev-env 2026Q2 --target @2026Q2 --logs /build/synth/logs" />
      </>
    ),
  };
}

function hooksStep(hasReports: boolean): Step {
  if (hasReports) return {state: 'done', text: <strong>Failures are reported</strong>};
  return {
    state: 'todo',
    text: <strong>Install the hooks on the build host</strong>,
    sub: (
      <>
        Optional now: without them, open cases by hand. The files go to dsynth’s configuration directory.
        <Command text="scp hooks/* root@build-host:/etc/dsynth/" />
      </>
    ),
  };
}

/** Renders ways to a first case without a build host. */
export function FirstCase(): VNode {
  return (
    <>
      <Panel title="Try it without a build host">
        <p>Small ports that really fail, and a scripted model. No key is needed; it takes a minute.</p>
        <Command text="npm run demo" />
      </Panel>
      <Panel title="Have a failed log?">
        <p>Open a case from any build log.</p>
        <Command text="portwright start net/foo --log FILE" />
      </Panel>
    </>
  );
}
