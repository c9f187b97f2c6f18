import {copyButtons} from './copy.ts';
import {filters} from './filters.ts';
import {keys} from './keys.ts';
import {Live} from './live.ts';
import {changeInPlace, keepWhatIsTyped} from './morph.ts';
import {themes} from './theme.ts';
import {toast} from './toasts.ts';

const main = document.getElementById('main') as HTMLElement;

themes();
copyButtons();
keepWhatIsTyped(document);
filters(changeInPlace);
keys();
const live = new Live(main, changeInPlace, toast);
live.start();
document.documentElement.dataset.ready = 'true';
