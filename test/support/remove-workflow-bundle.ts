export {removeBundle as default} from './workflow-bundle.ts';
