export { joinInstallation, leaveInstallation, noteAlive, type Self } from './join-installation.ts';
