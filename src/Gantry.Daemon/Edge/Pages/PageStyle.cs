namespace Gantry.Daemon.Edge.Pages;

/// <summary>The one style of all pages: a card on plain ground, in the colours that the reader's system has.</summary>
internal static class PageStyle
{
    public const string Text = """

        :root {
          color-scheme: light dark;
          --ground: #f4f5f7; --card: #fff; --ink: #14171b; --soft: #5c6570; --line: #e2e5e9; --code: #f1f3f5;
          --idle: #8a94a0; --busy: #d08700; --failed: #d1293d; --ready: #1f8a55;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #0f1114; --card: #171a1f; --ink: #e9ecf0; --soft: #98a2ae; --line: #262b32; --code: #20242a;
            --idle: #77818d; --busy: #f0b23e; --failed: #ff6b78; --ready: #4cc38a;
          }
        }
        * { box-sizing: border-box; margin: 0; }
        body {
          min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
          background: var(--ground); color: var(--ink);
          font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; -webkit-font-smoothing: antialiased;
        }
        main {
          position: relative; overflow: hidden; width: 100%; max-width: 36rem; padding: 2.5rem 2.75rem;
          background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
          box-shadow: 0 1px 2px rgb(0 0 0 / .04), 0 12px 32px rgb(0 0 0 / .06);
        }
        main::before { content: ""; position: absolute; inset: 0 0 auto; height: 3px; background: var(--tone); }
        .idle { --tone: var(--idle); } .busy { --tone: var(--busy); } .failed { --tone: var(--failed); } .ready { --tone: var(--ready); }
        main.busy::before { background: linear-gradient(90deg, transparent, var(--tone), transparent); background-size: 50% 100%; background-repeat: no-repeat; animation: pass 1.6s ease-in-out infinite; }
        @keyframes pass { from { background-position: -100% 0; } to { background-position: 200% 0; } }
        header { color: var(--soft); font-size: .875rem; letter-spacing: .01em; }
        h1 { margin: .25rem 0 .75rem; font-size: 1.625rem; line-height: 1.25; font-weight: 600; letter-spacing: -.015em; overflow-wrap: anywhere; }
        p { overflow-wrap: anywhere; }
        p + p, ul { margin-top: 1rem; }
        [data-detail]:empty { display: none; }
        footer { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
        code { padding: .15em .45em; border-radius: .375rem; background: var(--code); font: .9em ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; }
        a { color: inherit; text-decoration-color: var(--line); text-decoration-thickness: 2px; text-underline-offset: .2em; }
        a:hover { text-decoration-color: currentColor; }
        a:focus-visible { outline: 2px solid var(--busy); outline-offset: 3px; border-radius: .2rem; }
        ul { padding: 0; list-style: none; }
        li { display: flex; align-items: baseline; gap: .75rem; padding: .6rem 0; border-top: 1px solid var(--line); }
        li:first-child { border-top: 0; }
        li::before { content: ""; flex: none; width: .55rem; height: .55rem; border-radius: 50%; background: var(--tone, var(--line)); }
        li.busy::before { animation: breathe 1.6s ease-in-out infinite; }
        @keyframes breathe { 50% { opacity: .25; } }
        li small { margin-left: auto; color: var(--soft); font-size: .875rem; text-align: right; }
        @media (prefers-reduced-motion: reduce) { main.busy::before, li.busy::before { animation: none; background-size: 100% 100%; } }

        """;
}
