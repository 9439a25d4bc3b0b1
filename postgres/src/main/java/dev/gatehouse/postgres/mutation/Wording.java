package dev.gatehouse.postgres.mutation;

import dev.gatehouse.postgres.session.SqlNames;

/** What mutants are called, in SQL and in sentences. */
final class Wording {
  private Wording() {}

  /** Of a role, or of everybody. */
  static String grantee(String role) {
    return role.isEmpty() ? "PUBLIC" : SqlNames.quoted(role);
  }

  /** The same in a sentence. */
  static String somebody(String role) {
    return role.isEmpty() ? "everybody (PUBLIC)" : role;
  }

  /** A check of what no claim is about, by one of the server's own functions. */
  static String noRows(String function, String role, String object, String privilege) {
    String sql =
        "select 1 where %s(%s, %s, %s)"
            .formatted(
                function,
                SqlNames.literal(role),
                SqlNames.literal(object),
                SqlNames.literal(privilege));
    return "noRows(" + java(sql) + ")";
  }

  /** As a text in Java. */
  static String java(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
