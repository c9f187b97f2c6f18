import {PUT, runScript} from '../scripts.ts';
import {LOCATE} from './patching.ts';
import {inWorkTree, patchDir} from './paths.ts';
import {execKeys, outcome, refused, scriptRefusal} from './results.ts';
import {schema, text} from './schema.ts';
import type {Tool} from './tool.ts';

/** Names of patches that install_patches takes. */
export const PATCH_NAME = /^patch-[A-Za-z0-9._+-]{1,200}$/;

/** Most characters of a patch in the result; all of it is in output_dir. */
const MOST_CHARS = 8192;

/** The labels have no times, so that the same change gives the same bytes. diff: 0 no difference, 1 differs, more: it failed. */
const SCRIPT = `${LOCATE}${PUT}
out=$7
regular "$name" "$path"
[ -f "./$name.orig" ] && [ ! -h "./$name.orig" ] || refuse 71 "There is no $path.orig; call dupe before you edit the file."
made=$(mktemp -d /work/.portwright-tmp.XXXXXX)
trap 'rm -rf "$made" "$fresh"' EXIT
open "$name" "$path"
cat <&3 >"$made/new"
open "$name.orig" "$path.orig"
cat <&3 >"$made/old"
rc=0
diff -up -L "$relative.orig" -L "$relative" "$made/old" "$made/new" >"$made/patch" || rc=$?
way /work/genpatch-out /work "genpatch-out" "\${out##*/}"
case $rc in
  0) rm -f "./$patch"; refuse 78 "$path does not differ from its .orig; edit it before genpatch." ;;
  1) ;;
  *) refuse 79 "diff failed on $path, exit code $rc; a source patch cannot hold a binary file." ;;
esac
put "$patch" <"$made/patch"
printf '%s\\n' "$patch" *
echo
head -c 65536 "$made/patch"
`;

export const genpatch: Tool = {
  name: 'genpatch',
  description: 'Cut the patch of a source file after dupe and edits; install_patches puts it into the overlay.',
  parameters: schema({path: text('Absolute path, below wrksrc.')}),
  timeoutSeconds: 120,
  async run(args, {env, origin, flavor, signal}) {
    const checked = inWorkTree(args.path, origin);
    if (!checked.ok) return checked.outcome;
    const {root, dir, name, path} = checked.at;
    const out = patchDir(origin);
    const options = {timeoutSeconds: this.timeoutSeconds, tailBytes: 262144, signal};
    const result = await runScript(env, SCRIPT, [origin, flavor ?? '', root, dir, name, path, out], options);
    if (result.rc === 78 || result.rc === 79)
      return refused(result.rc === 78 ? 'no_difference' : 'no_text', result.stderr.trim());
    const refusal = scriptRefusal(result);
    if (refusal) return refusal;
    const keys = execKeys(result, {stdout: ''});
    if (!keys.ok) return outcome({...keys, path}, `${name}: genpatch failed`);
    const [made, ...names] = result.stdout.slice(0, result.stdout.indexOf('\n\n')).split('\n');
    const patch = result.stdout.slice(result.stdout.indexOf('\n\n') + 2);
    const patches = names.filter((one) => PATCH_NAME.test(one));
    const long = patch.length > MOST_CHARS;
    const hint = long ? {hint: `The patch is cut here; get_file of ${out}/${made} shows all of it.`} : {};
    const shown = {patch: long ? patch.slice(0, MOST_CHARS) : patch, ...hint};
    return outcome({...keys, path, output_dir: out, generated: made, patches, ...shown}, `${made}, ${patch.length} bytes`);
  },
};
