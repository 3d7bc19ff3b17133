import { ConfigProvider, theme as antdTheme } from 'antd';
import { createContext, use, type ReactNode } from 'react';
import { LiveRegion } from '../ui/live-region.tsx';
import { pageNonce } from '../ui/nonce.ts';
import { useTheme } from '../ui/theme.ts';

type Chosen = ReturnType<typeof useTheme>;
const Context = createContext<Chosen | null>(null);

export function useLook(): Chosen {
  const chosen = use(Context);
  if (!chosen) throw new Error('outside of Look');
  return chosen;
}

/** The theme of the component library, following ours. Of its own words none is ever shown: its buttons and fields have ours. */
export function Look({ children }: { readonly children: ReactNode }): ReactNode {
  const chosen = useTheme();
  return (
    <Context value={chosen}>
      <ConfigProvider
        button={{ autoInsertSpace: false }}
        csp={{ nonce: pageNonce() }}
        theme={{
          algorithm: chosen.isDark ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
          token: {
            colorPrimary: chosen.isDark ? '#6cb0ff' : '#0b5fc4',
            colorError: chosen.isDark ? '#ff9b93' : '#b3261e',
            // The library's own hover is too light to read as text.
            ...(chosen.isDark ? {} : { colorPrimaryHover: '#0850a6' }),
            colorTextSecondary: chosen.isDark ? '#a3afbd' : '#5a6573',
            fontFamily: 'var(--font)',
            fontSize: 15,
            borderRadius: 6,
            motion: false,
          },
          ...(chosen.isDark ? { components: { Button: { primaryColor: '#0b1016', dangerColor: '#0b1016' } } } : {}),
        }}
      >
        {children}
        <LiveRegion />
      </ConfigProvider>
    </Context>
  );
}
