/** Each includes those before it. */
const ROLES = ['look', 'label', 'operate'];

/** Whether a role is enough. @param {string} role that somebody has @param {string} least */
export const may = (role, least) => ROLES.indexOf(role) >= ROLES.indexOf(least);
