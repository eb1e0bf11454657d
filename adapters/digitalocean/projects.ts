import type { Cloud } from '../../capabilities/ports/cloud.ts';
import { keyBody } from '../../generator/provision/naming.ts';
import type { Client } from './client.ts';
import { number, tagName, uuid } from './ids.ts';
import * as modules from './modules.ts';
import { toProject, toSshKey, toTag } from './resources.ts';

type Calls =
  | 'sshKeys'
  | 'createSshKey'
  | 'deleteSshKey'
  | 'projects'
  | 'createProject'
  | 'describeProject'
  | 'deleteProject'
  | 'projectResources'
  | 'assignToProject'
  | 'tags'
  | 'createTag'
  | 'deleteTag';

export function projectCalls({ context, safe, make, remove, all }: Client): Pick<Cloud, Calls> {
  const sshKeys = () => all('sshKeys', 'ssh_keys', modules.sshKey.listSshKeys(context), toSshKey);
  const projects = () => all('projects', 'projects', modules.project.listProjects(context), toProject);
  return {
    sshKeys,
    createSshKey: ({ name, publicKey }) =>
      make(
        'createSshKey',
        () => modules.sshKey.createSshKey(context)({ name, public_key: publicKey }),
        ({ ssh_key }) => toSshKey(ssh_key),
        async () => (await sshKeys()).find((key) => keyBody(key.publicKey) === keyBody(publicKey)),
      ),
    deleteSshKey: (id) =>
      remove('deleteSshKey', () => modules.sshKey.destroySshKey(context)({ ssh_key_id: number(id) })),

    projects,
    createProject: ({ name, description }) =>
      make(
        'createProject',
        () =>
          modules.project.createProject(context)({
            name,
            description,
            purpose: 'Operational / Developer tooling',
            environment: 'Production',
          }),
        ({ project }) => toProject(project),
        async () => (await projects()).find((each) => each.name === name && each.description === description),
      ),
    async describeProject(id, description) {
      const project_id = uuid(id);
      await safe('describeProject', () => modules.project.patchProject(context)({ project_id, description }));
    },
    deleteProject: (id) =>
      remove('deleteProject', () => modules.project.deleteProject(context)({ project_id: uuid(id) })),
    projectResources(id) {
      const project_id = uuid(id);
      return all(
        'projectResources',
        'resources',
        (page) => modules.project.listProjectResources(context)({ project_id, ...page }),
        (value) => String((value as { urn?: unknown } | null)?.urn ?? ''),
      );
    },
    async assignToProject(id, urns) {
      const project_id = uuid(id);
      await safe('assignToProject', () =>
        modules.project.assignResourcesToProject(context)({ project_id, resources: [...urns] }),
      );
    },

    async tags() {
      const found = await all('tags', 'tags', modules.tag.listTags(context), toTag);
      return found.filter(({ name }) => name.startsWith('lunchbox'));
    },
    async createTag(name) {
      const tag_name = decodeURIComponent(tagName(name));
      await safe('createTag', () => modules.tag.createTag(context)({ name: tag_name }));
    },
    deleteTag(name) {
      const tag_name = tagName(name);
      return remove('deleteTag', () => modules.tag.deleteTag(context)({ tag_name }));
    },
  };
}
