type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The first thing in a form that a decision cannot do without and does not have yet: a choice, or words. */
export function firstMissing(form: HTMLElement | null): Field | undefined {
  const radios = [...(form?.querySelectorAll<HTMLInputElement>('input[type=radio]') ?? [])];
  if (radios.length > 0 && !radios.some(({ checked }) => checked)) return radios[0];
  const fields = [...(form?.querySelectorAll<Field>('input, textarea, select') ?? [])];
  return fields.find(({ required, value }) => required && value.trim() === '');
}

/** What a field is called on the page. */
export const nameOf = (field: Field): string =>
  field.type === 'radio'
    ? (field.closest('fieldset')?.querySelector('legend')?.textContent ?? '')
    : (field.labels?.[0]?.textContent ?? '').trim();

export const decisionForm = (): HTMLElement | null => document.getElementById('decision');
