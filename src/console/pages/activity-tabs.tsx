import type {VNode} from 'preact';
import {ViewTabs} from './filter-form.tsx';

/** Renders the two lists of what happens: events, and jobs. */
export function ActivityTabs({shown}: {shown: 'events' | 'jobs'}): VNode {
  return (
    <ViewTabs
      label="Activity"
      views={[
        {name: 'Events', href: '/ui/events', isShown: shown === 'events'},
        {name: 'Jobs', href: '/ui/jobs', isShown: shown === 'jobs'},
      ]}
    />
  );
}
