import { useState, type ReactNode } from 'react';
import { TextField } from '../../parts/form-fields.tsx';
import { useSay } from './texts.ts';

const FORMATS = ['html', 'csv', 'json'] as const;

/** The public report of a period, in the form that is needed; what is too few to publish is left out by the service. */
export function ReportCard(): ReactNode {
  const { say } = useSay();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const backwards = from !== '' && to !== '' && from > to;
  const address = (format: (typeof FORMATS)[number]): string => {
    const query = new URLSearchParams({ ...(from ? { from } : {}), ...(to ? { to } : {}), format });
    return `/v1/transparency-reports?${query.toString()}`;
  };
  return (
    <section className="card" aria-label={say('report.title')}>
      <h2>{say('report.title')}</h2>
      <p className="muted">{say('report.hint')}</p>
      <div className="row">
        <TextField name="from" label={say('report.from')} type="date" value={from} max={10} onChange={setFrom} />
        <TextField name="to" label={say('report.to')} type="date" value={to} max={10} onChange={setTo} />
      </div>
      {backwards ? (
        <p className="field-error" role="alert">
          {say('report.backwards')}
        </p>
      ) : (
        <p className="row">
          {FORMATS.map((format) => (
            <a key={format} href={address(format)} target="_blank" rel="noreferrer">
              {say(`report.${format}`)}
            </a>
          ))}
        </p>
      )}
    </section>
  );
}
