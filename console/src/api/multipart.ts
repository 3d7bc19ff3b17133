interface Multipart {
  readonly body: never;
  readonly bodySerializer: (body: unknown) => FormData;
}

/** One file as a multipart body for the generated client, whose types know JSON alone. */
export function multipart(file: File): Multipart {
  const form = new FormData();
  form.append('file', file);
  return { body: form as never, bodySerializer: () => form };
}
