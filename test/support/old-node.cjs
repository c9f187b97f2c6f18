// Preloaded, it makes a Node pass for one that is too old to run Portwright itself.
Object.defineProperty(process, 'versions', {value: {...process.versions, node: '20.9.0'}});
Object.defineProperty(process, 'version', {value: 'v20.9.0'});
