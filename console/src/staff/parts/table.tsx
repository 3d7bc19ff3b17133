import { useState, type ReactNode } from 'react';
import { useSay } from '../use-say.ts';

export interface Row {
  readonly key: string;
  readonly cells: readonly ReactNode[];
  /** What there is to know besides: below the row, when asked for. */
  readonly detail?: () => ReactNode;
}

interface TableProps {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** Records side by side; on a phone each record is a block whose cells say what they are. */
export function Table({ label, columns, rows }: TableProps): ReactNode {
  return (
    <div className="scroll stacks" tabIndex={0} role="region" aria-label={label}>
      <table className="plain">
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" key={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, ...row }) => (
            <Line key={key} columns={columns} {...row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ columns, cells, detail }: Omit<Row, 'key'> & { readonly columns: readonly string[] }): ReactNode {
  const { say } = useSay();
  const [open, setOpen] = useState(false);
  return (
    <>
      <tr>
        {cells.map((cell, at) => (
          <td key={columns[at]} data-label={columns[at]}>
            {cell}
          </td>
        ))}
        {detail && (
          <td>
            <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
              {say(open ? 'evidence.hide' : 'common.details')}
            </button>
          </td>
        )}
      </tr>
      {detail && open && (
        <tr className="detail">
          <td colSpan={cells.length + 1}>{detail()}</td>
        </tr>
      )}
    </>
  );
}
