/** Style of the page. Text has a contrast of at least 4.5 to 1 to what is behind it, in light and in dark; bars one of 3 to 1. */
export const STYLE = `
:root { color-scheme: light dark; --back: #ffffff; --text: #1c2024; --dim: #57606a; --line: #d0d7de; --track: #eef1f4;
  --plain: #2f6fb5; --good: #1a7f4b; --bad: #c0332b; --before: #7d8590; --right: #116b3c; --wrong: #a8231c; --hit: #d3f0df; --miss: #fbdcda;
  --note-back: #fff4cc; --note-text: #5a4300; --note-line: #c69a00; }
@media (prefers-color-scheme: dark) { :root { --back: #14171a; --text: #e6e9ec; --dim: #a3adb7; --line: #383e45; --track: #23282d;
  --plain: #6ea8e6; --good: #45b97c; --bad: #f0776f; --before: #8b949e; --right: #63d297; --wrong: #ff9a93; --hit: #17402a; --miss: #55201d;
  --note-back: #3a2f00; --note-text: #ffe69a; --note-line: #c69a00; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
.facts { color: var(--dim); margin: .2rem 0 1rem; overflow-wrap: anywhere; }
.warning { background: var(--note-back); color: var(--note-text); border-left: 5px solid var(--note-line); padding: .7rem 1rem; margin: .6rem 0; font-weight: 600; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--plain); }
table { border-collapse: collapse; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } tbody th { font-weight: 500; min-width: 6.5rem; }
thead th { color: var(--dim); vertical-align: bottom; overflow-wrap: break-word; max-width: 14rem; }
@media (max-width: 40rem) { th, td { padding-right: .5rem; } .number { padding-left: .3rem; } thead th { max-width: 7rem; } }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-left: .8rem; }
.right { color: var(--right); } .wrong { color: var(--wrong); } .none { color: var(--dim); }
.hit { background: var(--hit); font-weight: 700; } .miss { background: var(--miss); font-weight: 700; }
figure.chart { margin: 0; } figcaption { color: var(--dim); font-size: .9rem; }
svg { display: block; width: 100%; max-width: 34rem; height: auto; font: 12px system-ui, sans-serif; fill: var(--text); }
svg .value { text-anchor: end; } svg .track { fill: var(--track); }
svg .plain { fill: var(--plain); } svg .good { fill: var(--good); } svg .bad { fill: var(--bad); } svg .before { fill: var(--before); }
`;
