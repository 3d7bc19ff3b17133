import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import type { Place, RecordedPlace } from './domain/marks.js';
import { Cover, COVER_BYTES, positionsOf } from './domain/runs.js';

/**
 * Where a number stands among its neighbours, told to nobody without the key: the stretch as a digest, the place in it
 * behind a cover. A stolen table says neither which numbers registered nor that two of them are neighbours.
 */
@Injectable()
export class NumberPlaces {
  constructor(private readonly blindIndex: BlindIndex) {}

  of(e164: string): Place[] {
    return positionsOf(e164).map(({ stretch, offset }) => {
      const digest = this.blindIndex.of('registration-stretch', stretch);
      return { stretch: digest, offset, cover: this.coverOf(digest) };
    });
  }

  /** A place that was recorded, for replay. @returns undefined under a key that has been retired */
  open({ stretch, hidden }: RecordedPlace): Place | undefined {
    const cover = this.coverUnder(stretch);
    return cover === undefined ? undefined : { stretch, offset: cover.show(hidden), cover };
  }

  private coverOf(stretch: string): Cover {
    const cover = this.coverUnder(stretch);
    if (cover === undefined) throw new Error('a digest that was just made is under no known key');
    return cover;
  }

  /** Under the same version of the key as the digest, so that what was recorded before a rotation opens after it. */
  private coverUnder(stretch: string): Cover | undefined {
    const version = stretch.slice(0, stretch.indexOf(':') + 1);
    const seed = this.blindIndex.allVersions('registration-place', stretch).find((d) => d.startsWith(version));
    if (seed === undefined) return undefined;
    return new Cover(createHash('shake256', { outputLength: COVER_BYTES }).update(seed).digest());
  }
}
