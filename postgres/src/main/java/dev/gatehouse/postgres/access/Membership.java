package dev.gatehouse.postgres.access;

/**
 * That a role is a member of another, with the options as the engine applies them.
 *
 * @param inherits its privileges are the member's
 * @param sets the member may become it
 * @param admin the member may make members of it
 * @param implicit a rule of the product and no grant: the database's owner is pg_database_owner
 */
record Membership(
    int role, int member, boolean inherits, boolean sets, boolean admin, boolean implicit) {}
