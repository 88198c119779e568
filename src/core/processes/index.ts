export { type Installation, joinInstallation, leaveInstallation, noteAlive, type Self } from './join-installation.ts';
