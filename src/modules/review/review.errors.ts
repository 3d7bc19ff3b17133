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
  snooze_not_possible: {
    status: 422,
    en: 'Snooze until a later time within the limit.',
    zh: '推迟时间须晚于现在且不超过上限。',
  },
});
