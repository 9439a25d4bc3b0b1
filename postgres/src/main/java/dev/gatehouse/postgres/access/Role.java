package dev.gatehouse.postgres.access;

/**
 * A role of the server. Number 0 is PUBLIC, which every role is a part of.
 *
 * @param name as the server keeps it
 * @param quoted as SQL wants it
 */
record Role(
    int number,
    String name,
    String quoted,
    boolean superuser,
    boolean inherits,
    boolean createsRoles,
    boolean login,
    boolean replicates,
    boolean bypassesPolicies) {

  static final Role PUBLIC =
      new Role(0, "public", "PUBLIC", false, false, false, false, false, false);

  boolean predefined() {
    return name.startsWith("pg_");
  }

  /** As the subject of a sentence. */
  String words() {
    return number == 0 ? "everybody (PUBLIC)" : quoted;
  }
}
