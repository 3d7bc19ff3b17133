import { Injectable } from '@nestjs/common';
import { In, Not } from 'typeorm';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import { type Tx, violates } from '../../platform/database/transactor.js';
import { InformationCorrectionRow, InformationDisputeRow } from './information.entity.js';

registerEncryptedColumn({ table: 'information_disputes', column: 'reason' });
registerEncryptedColumn({ table: 'information_corrections', column: 'claim' });
registerEncryptedColumn({ table: 'information_corrections', column: 'note' });

const OVER = ['resolved', 'withdrawn'] as const;

/** The account's row is locked by whoever writes here: it is the lock of both tables. */
@Injectable()
export class InformationStore {
  /** @returns false when the account has a live dispute */
  async openDispute(tx: Tx, dispute: InformationDisputeRow): Promise<boolean> {
    if ((await this.liveDispute(tx, dispute.accountId)) !== undefined) return false;
    await tx.insert(InformationDisputeRow, dispute);
    return true;
  }

  async liveDispute(tx: Tx, accountId: string): Promise<InformationDisputeRow | undefined> {
    const where = { accountId, state: Not(In([...OVER])) };
    return (await tx.findOne(InformationDisputeRow, { where })) ?? undefined;
  }

  async dispute(tx: Tx, id: string): Promise<InformationDisputeRow | undefined> {
    return (await tx.findOneBy(InformationDisputeRow, { id })) ?? undefined;
  }

  disputesOf(tx: Tx, accountId: string): Promise<InformationDisputeRow[]> {
    return tx.find(InformationDisputeRow, { where: { accountId }, order: { openedAt: 'DESC', id: 'DESC' }, take: 100 });
  }

  /** Newest first, a page at a time; of all accounts. */
  listDisputes(
    tx: Tx,
    state: string | undefined,
    after: readonly unknown[] | undefined,
    limit: number,
  ): Promise<InformationDisputeRow[]> {
    const query = tx.createQueryBuilder(InformationDisputeRow, 'd');
    if (state === undefined) query.where('d.state NOT IN (:...over)', { over: [...OVER] });
    else query.where('d.state = :state', { state });
    if (after) query.andWhere('(d.opened_at, d.id) < (:at::timestamptz, :id::uuid)', { at: after[0], id: after[1] });
    return query
      .orderBy('d.openedAt', 'DESC')
      .addOrderBy('d.id', 'DESC')
      .limit(limit + 1)
      .getMany();
  }

  listCorrections(
    tx: Tx,
    state: string,
    after: readonly unknown[] | undefined,
    limit: number,
  ): Promise<InformationCorrectionRow[]> {
    const query = tx.createQueryBuilder(InformationCorrectionRow, 'c').where('c.state = :state', { state });
    if (after) query.andWhere('(c.filed_at, c.id) < (:at::timestamptz, :id::uuid)', { at: after[0], id: after[1] });
    return query
      .orderBy('c.filedAt', 'DESC')
      .addOrderBy('c.id', 'DESC')
      .limit(limit + 1)
      .getMany();
  }

  async saveDispute(tx: Tx, { id, ...dispute }: InformationDisputeRow): Promise<void> {
    await tx.update(InformationDisputeRow, { id }, dispute);
  }

  /** @returns false when one of that kind is being looked at */
  async fileCorrection(tx: Tx, correction: InformationCorrectionRow): Promise<boolean> {
    const { accountId, kind } = correction;
    if (await tx.existsBy(InformationCorrectionRow, { accountId, kind, state: 'in_review' })) return false;
    try {
      await tx.insert(InformationCorrectionRow, correction);
    } catch (error) {
      if (violates(error, 'information_corrections_one_live')) return false;
      throw error;
    }
    return true;
  }

  async correction(tx: Tx, id: string): Promise<InformationCorrectionRow | undefined> {
    return (await tx.findOneBy(InformationCorrectionRow, { id })) ?? undefined;
  }

  correctionsOf(tx: Tx, accountId: string): Promise<InformationCorrectionRow[]> {
    return tx.find(InformationCorrectionRow, {
      where: { accountId },
      order: { filedAt: 'DESC', id: 'DESC' },
      take: 100,
    });
  }

  inReview(tx: Tx, accountId: string): Promise<InformationCorrectionRow[]> {
    return tx.findBy(InformationCorrectionRow, { accountId, state: 'in_review' });
  }

  async saveCorrection(tx: Tx, { id, ...correction }: InformationCorrectionRow): Promise<void> {
    await tx.update(InformationCorrectionRow, { id }, correction);
  }
}
