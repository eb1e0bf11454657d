import { outage } from '../../../../generator/diff/risks/outage/index.ts';
import { documents, edit, type RiskCase, testCases } from '../cases.ts';
import { CONFIG, change, gone, KEYS, SEALED, WEB } from './objects.ts';

const cases: RiskCase[] = [
  gone('ConfigMaps that pods need go', CONFIG, WEB, [
    'before ConfigMap/flags metadata.name: ConfigMap/flags goes, but Deployment/web needs it: no new pod can start',
    'before ConfigMap/settings metadata.name: ConfigMap/settings goes, but Deployment/web needs it: no new pod can start',
  ]),
  gone('a Secret that pods need goes', KEYS, WEB, [
    'before Secret/keys metadata.name: Secret/keys goes, but Deployment/web needs it: no new pod can start',
  ]),
  {
    name: 'a SealedSecret takes the place of a Secret',
    before: documents(WEB, KEYS),
    after: documents(WEB, SEALED),
    hits: [],
  },
  change(
    'a key that pods need goes',
    CONFIG,
    [['mode: fast, ', '']],
    [
      'before ConfigMap/settings data.mode: key mode removed, but Deployment/web needs it: no new pod can start',
    ],
    WEB,
  ),
  change('a key that nobody names goes', CONFIG, [[', unused: a', '']], [], WEB),
  change(
    'a key goes of a ConfigMap that is read whole',
    CONFIG,
    [['beta: "true"', 'alpha: "true"']],
    ['before ConfigMap/flags data.beta: key beta removed: Deployment/web goes on without it'],
    WEB,
  ),
  change(
    'a key moves to binaryData',
    CONFIG,
    [['data: { mode: fast, unused: a }', 'data: { unused: a }\nbinaryData: { mode: ZmFzdA== }']],
    [],
    WEB,
  ),
  change('a value changes', CONFIG, [['mode: fast', 'mode: slow']], [], WEB),
  change(
    'a key of a Secret that pods need goes',
    KEYS,
    [['api: b25l, ', '']],
    ['before Secret/keys data.api: key api removed, but Deployment/web needs it: no new pod can start'],
    WEB,
  ),
  change('a key of a Secret that nobody names goes', KEYS, [[', other: dHdv', '']], [], WEB),
  change(
    'a key of a SealedSecret that pods need goes',
    SEALED,
    [['api: AgA, ', '']],
    [
      'before SealedSecret/keys spec.encryptedData.api: key api removed, but Deployment/web needs it: no new pod can start',
    ],
    WEB,
  ),
  {
    name: 'a key of a Secret goes together with its use',
    before: documents(WEB, KEYS),
    after: documents(
      edit(WEB, ['            - { name: KEY, valueFrom: { secretKeyRef: { name: keys, key: api } } }\n', '']),
      edit(KEYS, ['api: b25l, ', '']),
    ),
    hits: [],
  },

  change(
    'a key goes of a Secret that is read whole: that is said with the secrets',
    KEYS,
    [['api: b25l, ', '']],
    [],
    edit(
      WEB,
      ['            - { name: KEY, valueFrom: { secretKeyRef: { name: keys, key: api } } }\n', ''],
      ['configMapRef: { name: flags }', 'secretRef: { name: keys }'],
    ),
  ),
];

testCases(outage, cases);
