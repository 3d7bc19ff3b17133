import { defineErrors } from '../../kernel/domain-error.js';

export const REVIEW_ERRORS = defineErrors({
  review_task_not_found: { status: 404, en: 'There is no such task.', zh: '任务不存在。' },
  review_task_taken: { status: 409, en: 'Somebody else holds this task.', zh: '该任务已由他人认领。' },
  review_task_ended: { status: 409, en: 'This task has ended.', zh: '该任务已结束。' },
  review_claim_required: { status: 409, en: 'Claim the task first.', zh: '请先认领该任务。' },
  review_task_unavailable: { status: 409, en: 'This task cannot be taken now.', zh: '该任务当前无法认领。' },
  conflict_of_interest: {
    status: 403,
    en: 'You are part of this matter; somebody else must handle it.',
    zh: '您与该事项存在利害关系，须由他人处理。',
  },
  review_role_needed: { status: 403, en: 'This task needs another role.', zh: '处理该任务需要其他角色。' },
  decision_held: {
    status: 409,
    en: 'A decision about this task has been given and takes effect in a moment.',
    zh: '该任务已作出决定，即将生效。',
  },
  decision_of_other_kind: {
    status: 422,
    en: 'This decision does not belong to a task of this kind.',
    zh: '该类决定不适用于此任务。',
  },
  held_decision_not_found: { status: 404, en: 'There is no such decision.', zh: '决定不存在。' },
  held_by_other: { status: 403, en: 'Only whoever decided can take it back.', zh: '仅作出决定的人可以撤回。' },
  undo_window_over: {
    status: 409,
    en: 'The time for taking it back is over; the decision is in effect.',
    zh: '撤回时限已过，决定已生效。',
  },
  cursor_of_other_order: {
    status: 400,
    en: 'This cursor belongs to another order of the list; start with its first page.',
    zh: '该分页游标属于另一种排序，请从第一页开始。',
  },
  review_selection_invalid: {
    status: 422,
    en: 'Name tasks or a filter, not both, and what the action needs.',
    zh: '请指定任务或筛选条件之一，并提供该操作所需内容。',
  },
  snooze_not_possible: {
    status: 422,
    en: 'Snooze until a later time within the limit.',
    zh: '推迟时间须晚于现在且不超过上限。',
  },
});
