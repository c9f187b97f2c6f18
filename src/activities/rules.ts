import {allowsRecipe} from '../case/policy/policy.ts';
import {type Applicable, applicable, type RecipeInput, type SearchResult} from '../case/recipes/index.ts';
import {triageByRule} from '../case/triage/rule-triage.ts';
import type {FailureReport} from '../case/types.ts';
import {readFreebsdPort} from '../devenv/freebsd-port.ts';
import {type PortSources, portSources} from '../devenv/snippets.ts';
import {readPortFiles} from '../evidence/port-files.ts';
import {readRootCauses} from '../evidence/root-causes.ts';
import type {CaseSteps, DevEnvActivities, ProposedFix} from '../protocol/activities.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {cancelSignal, openBundle, type WorkerContext} from './context.ts';
import {devEnvOf, guarded} from './dev-env.ts';

/** Returns the activities of rules: what is decided and repaired without a model. */
export function ruleActivities(context: WorkerContext): Pick<CaseSteps, 'triageByRule'> & Pick<DevEnvActivities, 'proposeFixes'> {
  return {
    async triageByRule({report, classes}) {
      const {dir, store} = await openBundle(context, report);
      const causes = await readRootCauses(dir);
      const found = causes && triageByRule(causes, await readPortFiles(dir), classes);
      if (!found) return null;
      const {classification, confidence, platform, rootCause, rule} = found;
      const triage = {classification, confidence, platform, rootCause: rootCause.slice(0, 1000), rule};
      return {triage, text: await store.put(found.report)};
    },

    async proposeFixes({report, env, policy}) {
      const {dir, store} = await openBundle(context, report);
      const causes = await readRootCauses(dir);
      if (!causes) return [];
      const failure: RecipeInput = {port: report, causes, files: await readPortFiles(dir)};
      const allowed = applicable(failure).filter(({recipe}) => allowsRecipe(policy, recipe.name));
      if (allowed.length === 0) return [];
      const freebsd = await guarded(() => readFreebsdPort(devEnvOf(context, env), report.origin, cancelSignal()));
      const {texts, matches} = await sources(env, report, failure, allowed);
      const fixes: ProposedFix[] = [];
      for (const {recipe} of allowed) {
        const fix = recipe.fix({...failure, freebsd, matches}, texts);
        if (fix) fixes.push({recipe: recipe.name, ...fix, diff: await store.putExact(fix.diff)});
      }
      return fixes;
    },
  };

  async function sources(
    env: string,
    report: FailureReport,
    failure: RecipeInput,
    allowed: readonly Applicable[],
  ): Promise<PortSources> {
    const searches = allowed.flatMap((one) => one.searches);
    const pathsFor = (matches: readonly SearchResult[]): string[] => [
      ...new Set(allowed.flatMap(({recipe}) => recipe.wants({...failure, matches}) ?? [])),
    ];
    if (searches.length + pathsFor([]).length === 0) return {texts: new Map(), matches: []};
    const {origin, flavor} = report;
    const port = {caseId: caseId(report), origin, flavor, signal: cancelSignal()};
    return guarded(() => portSources(devEnvOf(context, env), port, searches, pathsFor));
  }
}
