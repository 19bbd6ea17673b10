import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** The width of an element in px, now and whenever it changes: what is drawn is drawn at its true size. */
export function useWidth<E extends HTMLElement>() {
  const holder = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = holder.current!;
    const measure = () => setWidth(Math.floor(element.getBoundingClientRect().width));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [holder, width] as const;
}
