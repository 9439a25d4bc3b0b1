package dev.gatehouse.postgres.access;

/**
 * A right that is not about an object of a database and leads beyond it.
 *
 * @param what as a sentence names it, such as {@code SET on parameter session_replication_role}
 * @param inGrant as GRANT and REVOKE name it
 * @param consequence what can be done with it
 */
record ServerPrivilege(int grantee, String what, String inGrant, String consequence, Power power) {

  /** How far it leads. */
  enum Power {
    /** Not to any table that the grants do not open. */
    NONE,
    /** To reading everything. */
    READ,
    /** To everything. */
    ALL
  }
}
