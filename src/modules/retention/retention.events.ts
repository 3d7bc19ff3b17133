/** Facts of retention, as other modules and other systems hear them. Ids and codes only. */
export const RETENTION_EVENTS = {
  holdPlaced: 'legal_hold.placed',
  holdReleased: 'legal_hold.released',
  /** A unit that a legal hold had deferred is finished now: a deregistration that waited for it can go on. */
  unitReleased: 'retention.unit_released',
  unitErased: 'retention.unit_erased',
  runFinished: 'retention.run_finished',
} as const;
