/** The page's one style sheet. Colours are pairs for light and dark with a contrast of 4.5 to 1 or more for text. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--panel:#f6f8fa;--text:#1f2328;--soft:#59636e;--line:#d1d9e0;--link:#0550ae;
--added:#116329;--added-bg:#dafbe1;--removed:#a40e26;--removed-bg:#ffebe9;--changed:#7d4e00;--changed-bg:#fff8c5;--renamed:#6639ba;--renamed-bg:#fbefff;--bad:#a40e26}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--panel:#161b22;--text:#e6edf3;--soft:#9ea7b3;--line:#3d444d;--link:#79b8ff;
--added:#7ee787;--added-bg:#12261e;--removed:#ffa198;--removed-bg:#301b1e;--changed:#e3b341;--changed-bg:#2b2410;--renamed:#d2a8ff;--renamed-bg:#271e37;--bad:#ffa198}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1rem clamp(.75rem,3vw,2rem) 4rem;max-width:76rem;background:var(--bg);color:var(--text);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:.1rem 0 .5rem}
h2{font-size:1.25rem;margin:2.25rem 0 .75rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.25rem 0 .4rem}
p{margin:.4rem 0}
ul{margin:.4rem 0;padding-left:1.25rem}
li{margin:.3rem 0}
a{color:var(--link)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875rem}
code{white-space:pre-wrap}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin-top:.5rem}
nav a{padding:.25rem 0}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:.5rem;padding:.5rem 1rem;background:var(--bg);border:1px solid var(--line);z-index:1}
.brand{color:var(--soft);font-size:.875rem}
.count,.where,.place,.why,.fix{color:var(--soft)}
.count{font-size:.875rem;font-weight:400}
.place{font-size:.875rem}
.risk,.severity{display:inline-block;padding:0 .45rem;border:1px solid currentColor;border-radius:1rem;font-size:.8125rem;font-weight:600;line-height:1.5;color:var(--bad);white-space:nowrap}
.severity.warning{color:var(--changed)}
.severity.info{color:var(--soft)}
.notices{margin-top:1.25rem;padding:.25rem 1rem;border-left:4px solid var(--changed);background:var(--changed-bg);border-radius:4px}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{padding:.4rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;overflow-wrap:normal}
td:nth-child(n+2):nth-child(-n+4){text-align:right;white-space:nowrap}
.digest{font-size:.8125rem;color:var(--soft)}
details{margin:.5rem 0}
summary{cursor:pointer;padding:.35rem .25rem}
.change{border:1px solid var(--line);border-left-width:5px;border-radius:6px;background:var(--panel)}
.many .change{content-visibility:auto;contain-intrinsic-size:auto 4rem}
.change h3{display:inline;margin:0;font-weight:400}
.change h3 code{font-weight:600}
.change>summary,.change.following{padding:.5rem .75rem}
.change.added{border-left-color:var(--added)}
.change.removed{border-left-color:var(--removed)}
.change.modified{border-left-color:var(--changed)}
.change.renamed{border-left-color:var(--renamed)}
.change:has(:target),.change:target{outline:2px solid var(--link)}
.change>[id]{scroll-margin-top:5rem}
.added .sign{color:var(--added)}
.removed .sign{color:var(--removed)}
.modified .sign{color:var(--changed)}
.renamed .sign{color:var(--renamed)}
.sign{font-weight:700}
.fields{display:block;color:var(--soft);margin-left:1.1rem}
.fields code{font-size:.8125rem}
pre.diff{margin:0;padding:.5rem 0;min-width:max-content;background:var(--bg);border-top:1px solid var(--line);line-height:1.45;tab-size:2}
.diff>*{display:block;padding:0 .75rem;text-decoration:none}
.diff ins{background:var(--added-bg);color:var(--added)}
.diff del{background:var(--removed-bg);color:var(--removed)}
.diff .hunk{color:var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;list-style:none;font-size:.875rem;color:var(--soft)}
.legend .added{color:var(--added)}
.legend .removed{color:var(--removed)}
.legend .modified{color:var(--changed)}
.legend .renamed{color:var(--renamed)}
.legend .implied{border-bottom:1px dashed currentColor}
.picture{border:1px solid var(--line);border-radius:6px;background:var(--panel)}
.graph{display:block;margin:auto;font-family:system-ui,sans-serif}
.graph a:focus-visible{outline:none}
.graph a:focus-visible rect:first-of-type{stroke:var(--link);stroke-width:3}
.node rect{fill:var(--bg);stroke:var(--line)}
.node .mark{fill:none;stroke:none}
.node.implied rect:first-of-type{stroke-dasharray:4 3}
.node text{fill:var(--text);font-size:13px}
.node .kind{fill:var(--soft);font-size:11.5px}
.node.added rect:first-of-type{stroke:var(--added);fill:var(--added-bg)}
.node.removed rect:first-of-type{stroke:var(--removed);fill:var(--removed-bg)}
.node.modified rect:first-of-type{stroke:var(--changed);fill:var(--changed-bg)}
.node.renamed rect:first-of-type{stroke:var(--renamed);fill:var(--renamed-bg)}
.node.added .mark{fill:var(--added)}
.node.removed .mark{fill:var(--removed)}
.node.modified .mark{fill:var(--changed)}
.node.renamed .mark{fill:var(--renamed)}
.node.added .kind{fill:var(--added)}
.node.removed .kind{fill:var(--removed)}
.node.modified .kind{fill:var(--changed)}
.node.renamed .kind{fill:var(--renamed)}
.node.removed .name{text-decoration:line-through}
.edge path{fill:none;stroke:var(--soft);stroke-width:1.2}
.edge .head{fill:var(--soft);stroke:none}
.edge.added path{stroke:var(--added);stroke-width:2}
.edge.added .head{fill:var(--added);stroke:none}
.edge.removed path{stroke:var(--removed);stroke-width:2;stroke-dasharray:5 4}
.edge.removed .head{fill:var(--removed);stroke:none}
@media (max-width:30rem){table{font-size:.8125rem}th,td{padding:.4rem .25rem}}
@media (forced-colors:active){.node rect{stroke:CanvasText}}
@media print{.skip,nav{display:none}.scroll{overflow:visible}}
`;
