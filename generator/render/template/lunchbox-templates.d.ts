/** Lunchbox' own templates, compiled while bundling: name without `.yaml.hbs` -> Handlebars specification. */
declare module 'lunchbox:templates' {
  const templates: Readonly<Record<string, object>>;
  export default templates;
}
