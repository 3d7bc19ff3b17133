import { type ReactNode, useState } from 'react';
import { Link, Navigate, Route, Routes, useLocation } from 'react-router';
import { Frame } from '../people/frame.tsx';
import { AgreementsPage } from './agreements-page.tsx';
import { BansPage } from './bans-page.tsx';
import { DecisionsPage } from './decisions-page.tsx';
import { FlowPage } from './flow-page.tsx';
import { HomePage } from './home-page.tsx';
import { InformationPage } from './information-page.tsx';
import { LeavePage } from './leave-page.tsx';
import { LinksPage } from './links-page.tsx';
import { NumberPage } from './number-page.tsx';
import { ObjectionPage } from './objection-page.tsx';
import { ReceiptPage } from './receipt-page.tsx';
import { RecoverPage } from './recover-page.tsx';
import { RecoveryPage } from './recovery-page.tsx';
import { RegisterPage } from './register-page.tsx';
import { RegistrationPage } from './registration-page.tsx';
import { SecurityPage } from './security-page.tsx';
import { useSignedIn } from './session.ts';
import { SignInPage } from './sign-in-page.tsx';
import { catalogs, useSay } from './texts.ts';
import { readBack } from './third-party.ts';
import { TrackPage } from './track-page.tsx';
import { WardPage } from './ward-page.tsx';
import { WelcomePage } from './welcome-page.tsx';

/** A page for its owner; others sign in first and come back to where they wanted to go. */
function Mine({ children }: { readonly children: ReactNode }): ReactNode {
  const signedIn = useSignedIn();
  const { pathname } = useLocation();
  return signedIn ? children : <Navigate replace to={`/sign-in?then=${encodeURIComponent(pathname)}`} />;
}

export function AccountApp(): ReactNode {
  const { say } = useSay();
  const signedIn = useSignedIn();
  const { key } = useLocation();
  // Read once, since the address is cleaned at once; shown until somebody goes on from there.
  const [arrived] = useState(() => ({ back: readBack(location.hash), key }));
  const back = arrived.key === key ? arrived.back : undefined;
  const mine = (page: ReactNode): ReactNode => <Mine>{page}</Mine>;
  return (
    <Frame title={<Link to="/">{say('app.title')}</Link>} catalogs={catalogs}>
      <Routes>
        <Route index element={back ? <FlowPage back={back} /> : signedIn ? <HomePage /> : <WelcomePage />} />
        <Route path="sign-in" element={<SignInPage />} />
        <Route path="register" element={<RegisterPage />} />
        <Route path="registrations/:id" element={<RegistrationPage />} />
        <Route path="recover" element={<RecoverPage />} />
        <Route path="recover/:id" element={<RecoveryPage />} />
        <Route path="deregistrations/:id" element={<TrackPage />} />
        <Route path="deregistrations/:id/receipt" element={<ReceiptPage />} />
        <Route path="deregistrations/:id/bans" element={<BansPage />} />
        <Route path="objection" element={<ObjectionPage />} />
        <Route path="deregistration" element={mine(<TrackPage />)} />
        <Route path="leave" element={mine(<LeavePage />)} />
        <Route path="agreements" element={mine(<AgreementsPage />)} />
        <Route path="decisions" element={mine(<DecisionsPage />)} />
        <Route path="security" element={mine(<SecurityPage />)} />
        <Route path="security/number" element={mine(<NumberPage />)} />
        <Route path="security/links" element={mine(<LinksPage />)} />
        <Route path="information" element={mine(<InformationPage />)} />
        <Route path="my-guardian" element={mine(<WardPage />)} />
        <Route path="*" element={<Navigate replace to="/" />} />
      </Routes>
    </Frame>
  );
}
