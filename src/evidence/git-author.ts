import {execa} from 'execa';

/** Returns the author of git's configuration, `Name <mail>`; without a name or address where it has none, so that `isAuthor` refuses it. */
export async function gitAuthor(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  return `${await gitConfig('user.name', env)} <${await gitConfig('user.email', env)}>`;
}

async function gitConfig(key: string, env: NodeJS.ProcessEnv): Promise<string> {
  const {stdout} = await execa('git', ['config', '--get', key], {reject: false, env, extendEnv: false});
  return (stdout ?? '').trim();
}
