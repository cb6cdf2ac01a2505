extension DocsAssets {
    static let style = """
        :root {
          color-scheme: light dark;
          --paper: #fbf9f7; --card: #fff; --ink: #23201d; --soft: #6d655e; --line: #e4ddd6; --accent: #8a3b1f;
          --code: #f4efea; --get: #1d6b4f; --post: #8a3b1f; --put: #7a5c00; --delete: #a31f34;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #191715; --card: #221f1c; --ink: #ece6e0; --soft: #a59b92; --line: #3a3430; --accent: #e08e6d;
            --code: #2b2723; --get: #6cc7a3; --post: #e08e6d; --put: #d9b64a; --delete: #ee7f8f;
          }
        }
        * { box-sizing: border-box; }
        [hidden] { display: none !important; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        header { padding: 20px 28px 14px; border-bottom: 1px solid var(--line); background: var(--card); }
        header > * { max-width: 1184px; margin-inline: auto; }
        header p { margin-top: 6px; margin-bottom: 0; color: var(--soft); }
        .title { display: flex; align-items: center; gap: 10px; }
        h1 { font-size: 22px; margin: 0; letter-spacing: .01em; }
        h2 { font-size: 17px; margin: 0 0 10px; }
        a { color: var(--accent); }
        .version, .badge { font-size: 12px; color: var(--soft); border: 1px solid var(--line); border-radius: 999px;
          padding: 1px 9px; white-space: nowrap; }
        code, pre { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
        .layout { display: grid; grid-template-columns: 280px minmax(0, 1fr); gap: 28px; padding: 24px 28px;
          max-width: 1240px; margin: 0 auto; }
        aside { position: sticky; top: 24px; align-self: start; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; }
        nav ul { list-style: none; padding: 0 16px; margin: 16px 0; }
        nav li { margin: 4px 0; }
        main section { margin-bottom: 32px; }
        label { display: block; margin-bottom: 10px; color: var(--soft); font-size: 13px; }
        input:not([type=checkbox]), textarea { display: block; width: 100%; margin-top: 3px; padding: 7px 9px;
          font: inherit; font-size: 14px; color: var(--ink); background: var(--paper); border: 1px solid var(--line);
          border-radius: 6px; }
        input:focus-visible, textarea:focus-visible, button:focus-visible, summary:focus-visible, a:focus-visible {
          outline: 2px solid var(--accent); outline-offset: 1px; }
        button { font: inherit; font-size: 14px; padding: 6px 14px; border-radius: 6px; border: 1px solid var(--line);
          background: var(--card); color: var(--ink); cursor: pointer; }
        button.primary { background: var(--accent); border-color: var(--accent); color: var(--paper); }
        button:disabled { opacity: .6; cursor: default; }
        .row { display: flex; gap: 8px; margin-top: 4px; }
        .hint { color: var(--soft); font-size: 12.5px; }
        .message { margin: 10px 0 0; color: var(--delete); font-size: 13.5px; }
        .message:empty { display: none; }
        .notice { margin: 16px 28px 0; padding: 10px 14px; border: 1px solid var(--line); border-radius: 8px; }
        .call { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin-bottom: 8px; }
        .call summary { display: flex; flex-wrap: wrap; align-items: center; gap: 10px; padding: 10px 14px;
          cursor: pointer; list-style: none; }
        .call summary::-webkit-details-marker { display: none; }
        .call .summary { color: var(--soft); flex: 1; min-width: 200px; }
        .method { font: 600 12px ui-monospace, Menlo, Consolas, monospace; min-width: 58px; text-align: center;
          border: 1px solid currentColor; border-radius: 5px; padding: 2px 6px; }
        .get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); }
        .delete { color: var(--delete); }
        .body { padding: 4px 14px 14px; border-top: 1px solid var(--line); }
        .try { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 2px 16px;
          margin-top: 12px; align-items: start; }
        .try .row { grid-column: 1 / -1; }
        .name { color: var(--ink); font: 13px ui-monospace, Menlo, Consolas, monospace; }
        .name b { color: var(--delete); margin-left: 2px; }
        .answer { margin-top: 12px; }
        .answer .status { margin: 0 0 6px; font-size: 13.5px; }
        .answer .status.good { color: var(--get); } .answer .status.bad { color: var(--delete); }
        pre { margin: 0; padding: 10px 12px; background: var(--code); border-radius: 6px; overflow: auto;
          max-height: 420px; white-space: pre-wrap; overflow-wrap: anywhere; }
        pre:empty { display: none; }
        table { border-collapse: collapse; margin-top: 14px; font-size: 13.5px; }
        td { padding: 3px 14px 3px 0; vertical-align: top; color: var(--soft); }
        @media (max-width: 820px) { .layout { grid-template-columns: minmax(0, 1fr); padding: 16px; }
          aside { position: static; } header { padding: 16px; } }

        """
}
