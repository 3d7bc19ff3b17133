import { defineErrors } from '../../kernel/domain-error.js';

export const DOCUMENT_ERRORS = defineErrors({
  pdf_unavailable: {
    status: 406,
    en: 'Documents come as JSON only here: no font with Chinese letters is installed.',
    zh: '本服务未安装中文字体，文件仅提供 JSON 格式。',
  },
});
