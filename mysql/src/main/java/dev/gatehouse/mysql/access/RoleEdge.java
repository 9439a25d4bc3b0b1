package dev.gatehouse.mysql.access;

/**
 * That somebody was granted a role.
 *
 * @param role and member, numbers of accounts
 * @param admin whether the member may grant it to others
 * @param mandatory whether nobody granted it: the server gives it to all
 */
record RoleEdge(int role, int member, boolean admin, boolean mandatory) {}
