export { sqlList, sqlText } from '../../kit/sql-literals.ts';
