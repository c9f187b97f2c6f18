/** Names that a dev-env command may see. Keys of models and of Temporal are not among them. */
const PASSED = /^(PATH|HOME|SSH_AUTH_SOCK|XDG_RUNTIME_DIR|PORTWRIGHT_\w+|DPORTS_DEV_\w+|DPORTSV3_NO_BOOTSTRAP|PYTHON)$/;
const SECRET = /KEY|TOKEN|SECRET|PASSW/;

/** Returns the environment of a dev-env command and of ssh: what they need of `env`. */
export function childEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => PASSED.test(name) && !SECRET.test(name)));
}
