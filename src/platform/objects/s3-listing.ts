export interface ListedObject {
  readonly key: string;
  readonly modifiedAt: Date;
}

export interface Listing {
  readonly objects: readonly ListedObject[];
  /** The token of the next page. */
  readonly next: string | undefined;
}

/**
 * An answer of ListObjectsV2, asked with `encoding-type=url`, so that keys hold no markup. The elements that are read
 * here have no attributes and no children; a parser of all of XML would read nothing more.
 */
export function listingOf(xml: string): Listing {
  if (!xml.includes('<ListBucketResult')) throw new Error('object store: the listing is none');
  const objects = [...xml.matchAll(/<Contents>([^]*?)<\/Contents>/g)].map(([, inner = '']): ListedObject => {
    const [key, modifiedAt] = [elementOf(inner, 'Key'), new Date(elementOf(inner, 'LastModified') ?? '')];
    if (key === undefined || Number.isNaN(modifiedAt.getTime()))
      throw new Error('object store: the listing is damaged');
    return { key: decodeURIComponent(key.replace(/\+/g, ' ')), modifiedAt };
  });
  const truncated = elementOf(xml, 'IsTruncated') === 'true';
  const next = truncated ? elementOf(xml, 'NextContinuationToken') : undefined;
  if (truncated && next === undefined) throw new Error('object store: the listing ends in the middle');
  return { objects, next: next === undefined ? undefined : unescaped(next) };
}

const elementOf = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '');
