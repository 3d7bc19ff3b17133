import { defineErrors } from '../../kernel/domain-error.js';

export const INFORMATION_ERRORS = defineErrors({
  information_dispute_not_found: { status: 404, en: 'There is no such dispute.', zh: '未找到该信息核实事项。' },
  information_dispute_open: {
    status: 409,
    en: 'Information of this account is disputed already; end that first.',
    zh: '该账号已有信息核实事项正在进行。',
  },
  information_not_disputed: {
    status: 409,
    en: 'Nothing about your information is disputed.',
    zh: '您的信息目前没有待核实事项。',
  },
  information_correction_not_found: { status: 404, en: 'There is no such correction.', zh: '未找到该更正申请。' },
  information_correction_pending: {
    status: 409,
    en: 'A correction is being looked at.',
    zh: '已有更正申请正在审核。',
  },
  information_correction_decided: { status: 409, en: 'The correction has been decided.', zh: '该更正申请已处理。' },
  information_file_refused: {
    status: 422,
    en: 'Send a picture (JPEG, PNG, WebP) or a PDF.',
    zh: '请上传图片（JPEG、PNG、WebP）或 PDF 文件。',
  },
  too_many_information_files: {
    status: 409,
    en: 'No more files can be added to this correction.',
    zh: '该更正申请可附文件数量已达上限。',
  },
  information_file_not_found: { status: 404, en: 'There is no such file.', zh: '未找到该文件。' },
  features_not_known: {
    status: 422,
    en: 'Name one or more features of the catalogue for `limit_features`, and none otherwise.',
    zh: '“限制功能”须指定目录中的功能，其他处理方式不得指定。',
  },
  birth_date_not_plausible: {
    status: 422,
    en: 'This cannot be the birth date, or it is the one we have.',
    zh: '该出生日期不合理，或与现有记录相同。',
  },
});
