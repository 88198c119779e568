export { type DownloadCredential, isSigned, signDownload } from './download-link.ts';
export { listReports } from './list-reports.ts';
export { type Download, noteDownload, openDownload } from './open-download.ts';
export type { ReportShelf, ReportWords, ReportWork } from './report-work.ts';
export { type AskedQuestion, requestReport } from './request-report.ts';
export { expireReports, openShelf } from './sweep-reports.ts';
export { abandonReport, writeReport } from './write-report.ts';
