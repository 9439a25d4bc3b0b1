package dev.gatehouse.postgres.script;

import java.util.regex.Pattern;

/**
 * Statements on what belongs to the server and not to the database, so that no dump of the database
 * holds it: roles and their memberships, other databases, tablespaces, parameters, subscriptions.
 * Known by how they begin, and in a DO block by what stands anywhere in it. What a function does is
 * not seen.
 */
final class BeyondDatabase {
  private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
  private static final String SHARED = "(?:role|user(?!\\s+mapping)|group|database|tablespace)\\b";
  private static final String ON_SHARED =
      "(?:create|alter|drop)\\s+"
          + SHARED
          + "|alter\\s+system\\b|(?:create|alter|drop)\\s+subscription\\b";

  /** Without a colon or a semicolon: a GRANT of privileges has ON, one of membership has none. */
  private static final String MEMBERSHIP =
      "(?:grant|revoke)\\s+(?:(?!\\bon\\b)[^;])*$|(?:grant|revoke)\\b(?:(?!\\bon\\b)[^;])*\\bon\\s+"
          + "(?:database|tablespace|parameter)\\b";

  private static final Pattern STATEMENT =
      Pattern.compile(
          "(?:"
              + ON_SHARED
              + "|"
              + MEMBERSHIP
              + "|(?:comment|security\\s+label(?:\\s+for\\s+\\S+)?)\\s+on\\s+"
              + SHARED
              + "|(?:reassign|drop)\\s+owned\\b).*",
          FLAGS);
  private static final Pattern BLOCK = Pattern.compile("do\\b.*(?:" + ON_SHARED + ").*", FLAGS);
  private static final Pattern COMMENTS =
      Pattern.compile("^(?:\\s+|--[^\\n]*(?:\\n|$)|/\\*.*?\\*/)++", Pattern.DOTALL);

  private BeyondDatabase() {}

  static boolean is(String sql) {
    String bare = COMMENTS.matcher(sql).replaceFirst("");
    return STATEMENT.matcher(bare).matches() || BLOCK.matcher(bare).matches();
  }
}
