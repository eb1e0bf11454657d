import type { Review } from '../../../generator/diff/review.ts';
import { deployment, object, reviewOf } from './trees.ts';

/** Texts that break out of Markdown, HTML or a terminal where somebody forgot to escape them. */
export const HOSTILE = [
  '</details></summary><script>alert(1)</script>',
  '`` ` ``` ~~~ <img src=x onerror=alert(1)>',
  '@everyone #1 GH-2 acme/shop#3 https://evil.example www.evil.example',
  '| a | b |\n|---|---|\n',
  '\\|~<~',
  '[click](javascript:alert(1)) ![x](https://evil.example/x.png)',
  '**bold** _it_ ~~no~~ # head\n> quote\n- list',
  '\u001b[31mred\u0007 \u202eright to left \u200bzero \u0000',
  '<!-- lunchbox:review -->',
  '&lt;b&gt; &#64;me',
  '\\',
  '😀'.repeat(50),
  '" onfocus="alert(1)" autofocus x=\'',
  '</style></title></textarea></svg><svg onload=alert(1)>',
  'u\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 \ud800 \ufeff\u2028',
];

/** A review in which every field that a stranger may write holds this text. */
export function hostileReview(text: string): Review {
  const before = [
    deployment('web', { minReadySeconds: 5 }, { readinessProbe: { httpGet: { path: '/', port: 80 } } }),
  ];
  const after = [
    deployment('web', { [text]: text }, { env: [{ name: text, value: text }], image: text }),
    object('v1', text, text, { data: { [text]: text } }),
  ];
  const review = reviewOf({ prod: { before, after }, [text.replaceAll('/', '_')]: { after } });
  const place = { file: text, line: 1, column: 1 };
  review.notices.push({ environment: text, message: text, remedy: text });
  const [first] = review.environments;
  first?.risks.push({
    risk: 'outage',
    environment: text,
    object: { apiVersion: text, kind: text, namespace: text, name: text },
    place,
    side: 'after',
    message: text,
  });
  if (first) {
    first.findings = [{ rule: text, severity: 'error', place, message: text, fix: text }];
    first.otherFiles = [{ path: text, change: 'added' }];
  }
  review.base.name = text;
  return review;
}

/** Every kind of relation that a picture shows, with the same text for each name in it. */
export function hostilePicture(text: string): Review {
  const ingress = (host: string) =>
    object('networking.k8s.io/v1', 'Ingress', text, {
      spec: {
        rules: [{ host, http: { paths: [{ path: text, backend: { service: { name: text } } }] } }],
        tls: [{ hosts: [host], secretName: text }],
      },
    });
  const service = object('v1', 'Service', text, { spec: { selector: { app: text } } });
  const workload = deployment(text, {}, { envFrom: [{ secretRef: { name: text } }] });
  return reviewOf({
    prod: { before: [ingress('a'), service], after: [ingress(text), service, workload] },
  });
}
