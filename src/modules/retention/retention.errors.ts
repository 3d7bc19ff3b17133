import { defineErrors } from '../../kernel/domain-error.js';

export const RETENTION_ERRORS = defineErrors({
  record_key_destroyed: {
    status: 410,
    en: 'The key of this record was destroyed; what it held cannot be read or written again.',
    zh: '该记录的密钥已销毁，其内容不可再读取或写入。',
  },
  record_keys_unavailable: {
    status: 503,
    en: 'The keys of retained records cannot be used at the moment; nothing is lost, try again later.',
    zh: '留存记录的密钥暂时无法使用，数据没有丢失，请稍后重试。',
  },
  lock_scheme_changed: {
    status: 503,
    en: 'This process is of another version than its database: it may not hold, seal or erase. Replace it.',
    zh: '本进程的版本与数据库不一致，不能执行保全、封存或删除，请更换为新版本。',
  },
  retained_record_expired: {
    status: 410,
    en: 'The retention period of this record is over; it can no longer be read.',
    zh: '该记录的保存期限已届满，不可再读取。',
  },
  retained_record_not_readable: {
    status: 403,
    en: 'Your role may not read records of this class.',
    zh: '您的角色无权读取该类记录。',
  },
  retained_reads_limited: {
    status: 429,
    en: 'You have read as many retained records as one person may in this time.',
    zh: '您在此时段内查阅留存记录的次数已达上限。',
  },
  legal_hold_scope_empty: {
    status: 422,
    en: 'A hold names a subject, a case or record classes.',
    zh: '法律保全须指明主体、案件或记录类别。',
  },
  legal_hold_unknown_class: {
    status: 422,
    en: 'The retention policy has no such record class.',
    zh: '留存策略中没有该记录类别。',
  },
  legal_hold_review_date: {
    status: 422,
    en: 'The review date must be in the future, and not later than the configured longest time without review.',
    zh: '复核日期须在将来，且不得晚于配置的最长复核间隔。',
  },
  legal_hold_released: {
    status: 409,
    en: 'This hold was released already.',
    zh: '该法律保全已解除。',
  },
  erasure_not_announced: {
    status: 409,
    en: 'The erasure is not in the erasure ledger yet; nothing is destroyed before it is.',
    zh: '该删除尚未记入删除台账，在此之前不得销毁任何内容。',
  },
  erasure_replay_needed: {
    status: 503,
    en: 'The database is older than the erasure ledger: run "erasure replay" first.',
    zh: '数据库早于删除台账：请先执行 "erasure replay"。',
  },
  run_second_person_required: {
    status: 403,
    en: 'What cannot be undone needs a dry run and a second person: propose the dry run, and have somebody else start it.',
    zh: '不可撤销的清理须先试算并由第二人启动：请先提议试算结果，再由另一人启动。',
  },
  run_not_proposable: {
    status: 409,
    en: 'Only a completed dry run that nobody proposed yet can be proposed.',
    zh: '仅已完成且尚未提议的试算可以提议执行。',
  },
  run_confirmation_wrong: {
    status: 422,
    en: 'Type the version of the policy as it stands on the dry run.',
    zh: '请输入试算所示的策略版本以确认。',
  },
  run_changed_since_dry_run: {
    status: 409,
    en: 'Something changed since the dry run; look at what, and make a new one.',
    zh: '试算之后情况有变，请查看变化并重新试算。',
  },
  unknown_policy: {
    status: 409,
    en: 'This version of the retention policy is not known here.',
    zh: '未知的留存策略版本。',
  },
  retention_policy_unreadable: {
    status: 422,
    en: 'The policy does not read; `problems` names what is wrong with it.',
    zh: '策略文本无法解析，问题列表见 problems。',
  },
});
