import {changedLines, parseReview, whyNotReviewed} from '../case/attempt/diff-review.ts';
import {reviewPrompt} from '../case/prompt/diff-review.ts';
import type {ControlActivities} from '../protocol/activities.ts';
import {openBundle, type WorkerContext} from './context.ts';
import {openConversation} from './conversation.ts';

/** Returns the activities around the review of a diff by a model; the model is asked by `askModel`. */
export function reviewActivities(context: WorkerContext): Pick<ControlActivities, 'openReview' | 'readReview'> {
  return {
    async openReview({bundle, review, diff: id, ...about}) {
      const {store} = await openBundle(context, bundle);
      const diff = await store.text(id);
      const skipped = whyNotReviewed(review, changedLines(diff));
      if (skipped !== undefined) return {skipped};
      return {conversation: await openConversation(store, reviewPrompt({...about, diff}))};
    },

    async readReview({bundle, text, diff}) {
      const {store} = await openBundle(context, bundle);
      return parseReview(await store.text(text), await store.text(diff));
    },
  };
}
