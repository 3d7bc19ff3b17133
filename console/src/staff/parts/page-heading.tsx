import { useEffect, useRef, type ReactNode } from 'react';

/** The page's name: takes the focus when the page or its subject changes, so that a screen reader says where it is. */
export function PageHeading({ children, of }: { readonly children: ReactNode; readonly of?: string }): ReactNode {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    ref.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [of]);
  useEffect(() => {
    if (ref.current?.textContent) document.title = ref.current.textContent;
  });
  return (
    <h1 ref={ref} tabIndex={-1}>
      {children}
    </h1>
  );
}
