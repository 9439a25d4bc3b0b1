package dev.gatehouse.postgres.access;

/**
 * One privilege in an access control list; roles as SQL wants them, {@code PUBLIC} for everybody.
 *
 * @param object id of what it is on
 */
record AclEntry(
    String object, String grantor, String grantee, String privilege, boolean grantable) {}
