// What is far down the page is not fetched before somebody comes near it.
import { html, useEffect, useRef, useState } from "../html.js";

/** Shows `children()` once the place is, or nearly is, on the screen. */
export function Lazy({ children, class: className = "", margin = "300px" }) {
  const [near, setNear] = useState(false);
  const place = useRef(null);
  useEffect(() => {
    if (near) return;
    const watch = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && setNear(true), { rootMargin: margin });
    watch.observe(place.current);
    return () => watch.disconnect();
  }, [near]);
  return html`<div ref=${place} class=${className}>${near ? children() : html`<span class="pending-image"></span>`}</div>`;
}
