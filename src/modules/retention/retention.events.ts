/** Facts of retention, as other modules and other systems hear them. Ids and codes only. */
export const RETENTION_EVENTS = {
  holdPlaced: 'legal_hold.placed',
  holdReleased: 'legal_hold.released',
  /** A unit that a hold had deferred is being finished: whoever waits for it can go on. */
  unitReleased: 'retention.unit_released',
  unitErased: 'retention.unit_erased',
  runFinished: 'retention.run_finished',
} as const;
