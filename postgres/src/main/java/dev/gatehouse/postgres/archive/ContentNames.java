package dev.gatehouse.postgres.archive;

import dev.gatehouse.postgres.session.SqlNames;

/** How a content names what it holds: the same for a live database and for an archive. */
public final class ContentNames {
  public static final String LARGE_OBJECTS = "large objects";

  private static final String BROUGHT = "rows of extension ";

  private ContentNames() {}

  /** Rows that an extension's own script put into one of its configuration tables. */
  public static String broughtBy(String extension, String table) {
    return BROUGHT + word(extension) + " in " + table;
  }

  public static boolean isBroughtBy(String extension, String state) {
    return state.startsWith(BROUGHT + word(extension) + " in ");
  }

  public static boolean isBrought(String state) {
    return state.startsWith(BROUGHT);
  }

  /** As SQL would want it where needed, so that no two tables share a name. */
  public static String table(String schema, String name) {
    return word(schema) + "." + word(name);
  }

  public static String sequence(String schema, String name) {
    return "sequence " + table(schema, name);
  }

  public static String sequenceState(String last, String called) {
    return last + (called.startsWith("t") ? "" : " not yet given out");
  }

  public static String word(String name) {
    return name.matches("[a-z_][a-z0-9_]*") ? name : SqlNames.quoted(name);
  }
}
