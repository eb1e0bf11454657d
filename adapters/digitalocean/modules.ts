/* Those of dots-wrapper's modules that are used: all of them together are several times as much for every start to read. */
export * as account from 'dots-wrapper/dist/account/index.js';
export * as action from 'dots-wrapper/dist/action/index.js';
export * as domain from 'dots-wrapper/dist/domain/index.js';
export * as droplet from 'dots-wrapper/dist/droplet/index.js';
export * as firewall from 'dots-wrapper/dist/firewall/index.js';
export * as image from 'dots-wrapper/dist/image/index.js';
export * as project from 'dots-wrapper/dist/project/index.js';
export * as region from 'dots-wrapper/dist/region/index.js';
export * as size from 'dots-wrapper/dist/size/index.js';
export * as sshKey from 'dots-wrapper/dist/ssh-key/index.js';
export * as tag from 'dots-wrapper/dist/tag/index.js';
export * as volume from 'dots-wrapper/dist/volume/index.js';
export * as vpc from 'dots-wrapper/dist/vpc/index.js';
