// The frame around every page: navigation, theme, who is signed in, and which page an address shows.
import { Fragment, html, render, useEffect, useRef, useState } from "./lib/html.js";
import { Link, useRoute } from "./lib/router.js";
import { useSession } from "./lib/session.js";
import { Loading, ProblemNotice } from "./lib/ui/basics.js";
import { SignInAgain, SignInNotice, WhoIsIn } from "./lib/ui/signin.js";

const pages = {
  "": { load: () => import("./pages/home.js") },
  align: { title: "Align", load: () => import("./pages/align.js") },
  segment: { title: "Segment", load: () => import("./pages/segment.js") },
  datasets: { title: "Data sets", load: () => import("./pages/datasets.js") },
  runs: { title: "Runs", load: () => import("./pages/runs.js") },
  checkpoints: { title: "Checkpoints", load: () => import("./pages/checkpoints.js") },
  evaluations: { title: "Evaluations", load: () => import("./pages/evaluations.js") },
  studies: { title: "Studies", load: () => import("./pages/studies.js") },
};

function App() {
  const { path, query } = useRoute();
  const [name, id] = path.split("/").slice(1);
  const main = useRef(null);
  const first = useRef(true);
  const { session, expired, problem } = useSession();
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true }); // a screen reader hears that the page is another
    first.current = false;
  }, [path]);
  return html`<${Fragment}>
    <a class="skip" href="#main">Skip to the content</a>
    <header class="top">
      <${Link} href="/" class="brand"><img src="/icon.svg" alt="" width="28" height="28" />UdaSeg</${Link}>
      <nav aria-label="Pages"><ul>
        ${Object.entries(pages).filter(([key]) => key !== "").map(([key, page]) => html`<li>
          <${Link} href=${`/${key}`} aria-current=${key === name ? "page" : undefined}>${page.title}</${Link}>
        </li>`)}
      </ul></nav>
      <${Tools} session=${session} />
    </header>
    <main id="main" ref=${main} tabindex="-1">
      <${ProblemNotice} problem=${problem} />
      ${session?.authentication && !session.name
        ? html`<${SignInNotice} />`
        : session && html`<${Page} key=${name} name=${name} id=${id ? decodeURIComponent(id) : null} query=${query} />`}
      <${SignInAgain} open=${expired} />
    </main>
    <footer class="bottom">
      <a href="/swagger">API explorer</a>
      <a href="/swagger/v1/swagger.json">OpenAPI document</a>
      <a href="/health/ready">Health</a>
      <a href="/api/v1/limits">Limits</a>
      <a href="/hangfire" data-needs="admin">Job queue</a>
    </footer>
  </${Fragment}>`;
}

/** A page's module exports `Page({id, query})`. */
function Page({ name, id, query }) {
  const [state, setState] = useState({ Shown: null, problem: null });
  useEffect(() => {
    const page = pages[name] ?? pages[""];
    page.load().then(
      (module) => setState({ Shown: module.Page, problem: null }),
      (problem) => setState({ Shown: null, problem }),
    );
  }, [name]);
  if (state.problem) return html`<${ProblemNotice} problem=${state.problem} />`;
  return state.Shown ? html`<${state.Shown} id=${id} query=${query} />` : html`<${Loading} />`;
}

const themes = ["auto", "light", "dark"];
const themeLabels = { auto: "◐ Auto", light: "☀ Light", dark: "☾ Dark" };

function Tools({ session }) {
  const [theme, setTheme] = useState(localStorage.getItem("udaseg-theme") ?? "auto");
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("udaseg-theme", theme);
    dispatchEvent(new Event("udaseg-theme"));
  }, [theme]);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length];
  return html`<div class="tools">
    <${WhoIsIn} session=${session} />
    <button type="button" class="quiet" onClick=${() => setTheme(next)} aria-label=${`Theme: ${theme}. Switch to ${next}.`}>${themeLabels[theme]}</button>
  </div>`;
}

render(html`<${App} />`, document.getElementById("app"));
