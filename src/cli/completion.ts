import type {Command} from 'commander';
import {archivedBundles} from '../evidence/archives.ts';
import {caseId, portOf} from '../protocol/workflow-ids.ts';
import {readHosts} from '../setup/hosts.ts';
import {withClient} from './client.ts';
import {listCases} from './find-case.ts';
import {rootsToRead} from './roots.ts';
import {UsageError} from './usage-error.ts';

/** What the scripts complete, taken from the commands themselves. */
interface CompletionSpec {
  readonly commands: readonly string[];
  /** Commands whose first argument is a case or a port. */
  readonly aboutCases: readonly string[];
  /** Commands with sub-commands. */
  readonly groups: readonly string[];
  /** Completions of each command: its sub-commands and options. */
  readonly more: readonly (readonly [command: string, completions: readonly string[]])[];
}

const SCRIPTS = {bash, zsh, tcsh} as const;

/** `portwright completion SHELL`: prints a script that completes commands, options and cases by their origins. */
export function completion(program: Command, shell: string): void {
  if (!Object.hasOwn(SCRIPTS, shell))
    throw new UsageError(`There is completion for ${Object.keys(SCRIPTS).join(', ')}; got ${JSON.stringify(shell)}.`);
  console.log(SCRIPTS[shell as keyof typeof SCRIPTS](specOf(program)));
}

function specOf(program: Command): CompletionSpec {
  const shown = program.commands.filter((one) => !one.name().startsWith('_'));
  const more = shown.map((one): [string, string[]] => [
    one.name(),
    [...one.commands.map((sub) => sub.name()), ...one.options.flatMap(({long}) => long ?? []), '--help'],
  ]);
  const aboutCases = shown.filter((one) => ['case', 'origin', 'port'].includes(one.registeredArguments[0]?.name() ?? ''));
  const groups = shown.filter((one) => one.commands.length > 0);
  return {commands: namesOf(shown), aboutCases: namesOf(aboutCases), groups: namesOf(groups), more};
}

function namesOf(commands: readonly Command[]): string[] {
  return commands.map((one) => one.name());
}

/** Returns the script for bash, which splits words at @ and :, as names of cases have them; so the word is read from the line itself. */
function bash({commands, aboutCases, groups, more}: CompletionSpec): string {
  return `# Completion of portwright for bash. In ~/.bashrc: eval "$(portwright completion bash)"
_portwright() {
	local line cur words='' prefix
	cur=\${COMP_LINE:0:COMP_POINT}
	read -ra line <<<"$cur"
	cur=\${cur##*[[:space:]]}
	[ -n "$cur" ] || line+=('')
	if [ "\${#line[@]}" -le 2 ]; then
		words='${commands.join(' ')}'
	elif [[ \${#line[@]} -gt 3 && $cur != -* && "\${line[1]}/\${line[2]}" =~ ^host/(check|remove)$ ]]; then
		words=$(portwright __complete hosts 2>/dev/null)
	elif [ "\${cur#-}" != "$cur" ] || [[ ' ${groups.join(' ')} ' = *" \${line[1]} "* ]]; then
		case \${line[1]} in
${more.map(([name, words]) => `\t\t${name}) words='${words.join(' ')}' ;;`).join('\n')}
		esac
	else
		case \${line[1]} in
		${aboutCases.join(' | ')}) words=$(portwright __complete cases 2>/dev/null) ;;
		esac
	fi
	COMPREPLY=($(compgen -W "$words" -- "$cur"))
	prefix=\${cur%"\${cur##*[@:]}"}
	COMPREPLY=("\${COMPREPLY[@]#"$prefix"}")
}
complete -o default -F _portwright portwright`;
}

function zsh({commands, aboutCases, groups, more}: CompletionSpec): string {
  return `#compdef portwright
# Completion of portwright for zsh. In ~/.zshrc, after compinit: eval "$(portwright completion zsh)"
_portwright() {
	local -a found
	if (( CURRENT == 2 )); then
		found=(${commands.join(' ')})
	elif [[ $words[2] == host && $words[3] == (check|remove) && $CURRENT -gt 3 && $PREFIX != -* ]]; then
		found=(\${(f)"$(portwright __complete hosts 2>/dev/null)"})
	elif [[ $PREFIX == -* || $words[2] == (${groups.join('|')}) ]]; then
		case $words[2] in
${more.map(([name, words]) => `\t\t(${name}) found=(${words.join(' ')}) ;;`).join('\n')}
		esac
	else
		case $words[2] in
		(${aboutCases.join('|')}) found=(\${(f)"$(portwright __complete cases 2>/dev/null)"}) ;;
		esac
	fi
	if (( $#found )); then compadd -- $found; else _files; fi
}
compdef _portwright portwright`;
}

function tcsh({commands, aboutCases}: CompletionSpec): string {
  return `# Completion of portwright for tcsh. In ~/.tcshrc: portwright completion tcsh >~/.portwright.tcsh; source ~/.portwright.tcsh
complete portwright 'p@1@(${commands.join(' ')})@' 'n@{${aboutCases.join(',')}}@\`portwright __complete cases\`@'`;
}

/** `portwright __complete hosts`: prints the names of the build hosts, one a line. */
export function completeHosts(): void {
  const names = readHosts(process.env).map(({name}) => name);
  if (names.length > 0) console.log(names.join('\n'));
}

/** `portwright __complete cases`: prints names that findCase takes, one a line; from the disk where Temporal does not answer. */
export async function completeCases(): Promise<void> {
  const listed = withClient('', (client) => listCases(client, 'WorkflowId != ""'));
  const ids = await listed.then(
    (cases) => cases.map(({workflowId}) => workflowId),
    async () => (await archivedBundles(rootsToRead())).map(({report}) => caseId(report)),
  );
  const names = caseNames(ids);
  if (names.length > 0) console.log(names.join('\n'));
}

/** Returns origins with flavor, each once; none that a shell would split or expand. */
export function caseNames(ids: readonly string[]): string[] {
  const names = ids.flatMap((id) => {
    try {
      const {origin, flavor} = portOf(id);
      return [flavor === undefined ? origin : `${origin}@${flavor}`];
    } catch {
      return [];
    }
  });
  return [...new Set(names)].filter((name) => /^[A-Za-z0-9@._+/-]+$/.test(name)).sort();
}
