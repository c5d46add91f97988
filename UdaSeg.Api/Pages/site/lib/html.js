// One place that names the view library: `html` is JSX without a build.
import { Fragment, createContext, h, render } from "preact";
import htm from "htm";

export { useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
export { Fragment, createContext, render };
export const html = htm.bind(h);
