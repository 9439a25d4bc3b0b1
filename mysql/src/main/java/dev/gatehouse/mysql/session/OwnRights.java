package dev.gatehouse.mysql.session;

import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the account of a session may do on a database as a whole, by its own SHOW GRANTS, which
 * needs no privilege and counts the roles in use. Rather too little than too much: where several
 * patterns match the database, only what each of them gives, because the servers do not add them.
 */
public final class OwnRights {
  private final List<Line> lines;
  private final String database;

  /** One line of SHOW GRANTS on databases. */
  private record Line(Set<String> privileges, String place, boolean taken) {}

  private OwnRights(List<Line> lines, String database) {
    this.lines = lines;
    this.database = database;
  }

  /** Of that session, on the database it is in. */
  public static OwnRights of(Connection connection) throws SQLException {
    return of(
        Queries.column(connection, "SHOW GRANTS"), Queries.one(connection, "SELECT DATABASE()"));
  }

  static OwnRights of(List<String> shown, String database) {
    List<Line> lines = new ArrayList<>();
    for (String line : shown) {
      List<ScriptToken> tokens = SqlTokens.of(line);
      int on = 0;
      while (on < tokens.size() && !(tokens.get(on).is("on") && tokens.get(on).depth() == 0)) {
        on++;
      }
      // GRANT role TO account has no ON; a table has a name behind the dot.
      if (on + 3 < tokens.size()
          && tokens.get(on + 2).isSign('.')
          && tokens.get(on + 3).isSign('*')) {
        lines.add(
            new Line(
                privileges(tokens.subList(1, on)),
                tokens.get(on + 1).text(),
                tokens.get(0).is("revoke")));
      }
    }
    return new OwnRights(lines, database);
  }

  private static Set<String> privileges(List<ScriptToken> tokens) {
    Set<String> privileges = new HashSet<>();
    StringBuilder privilege = new StringBuilder();
    for (ScriptToken token : tokens) {
      if (token.isSign(',')) {
        privileges.add(privilege.toString());
        privilege.setLength(0);
      } else {
        privilege.append(privilege.isEmpty() ? "" : " ").append(token.text());
      }
    }
    privileges.add(privilege.toString());
    return privileges;
  }

  /**
   * Whether the account has that privilege on all of a place.
   *
   * @param privilege and place, as {@code SELECT ON *.*}, {@code SELECT ON mysql.*}, or {@code
   *     TRIGGER ON this} for the database of the session
   */
  public boolean hold(String privilege) {
    String[] parts = privilege.toLowerCase(Locale.ROOT).split(" on ");
    String named = parts[1].endsWith(".*") ? parts[1].substring(0, parts[1].length() - 2) : "";
    String where = parts[1].equals("this") ? database : named;
    boolean everywhere =
        lines.stream().anyMatch(line -> line.place().equals("*") && gives(line, parts[0]));
    if (where.equals("*")) {
      return everywhere && lines.stream().noneMatch(line -> line.taken() && gives(line, parts[0]));
    }
    List<Line> there = lines.stream().filter(line -> matches(line.place(), where)).toList();
    boolean taken = there.stream().anyMatch(line -> line.taken() && gives(line, parts[0]));
    List<Line> given = there.stream().filter(line -> !line.taken()).toList();
    return (everywhere && !taken)
        || (!given.isEmpty() && given.stream().allMatch(line -> gives(line, parts[0])));
  }

  private static boolean gives(Line line, String privilege) {
    return line.privileges().contains(privilege)
        || line.privileges().contains("all privileges")
        || line.privileges().contains("all");
  }

  /** {@code %} and {@code _} are any signs in the name of a database, but behind a backslash. */
  private static boolean matches(String pattern, String name) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\' && i + 1 < pattern.length()) {
        i++;
        regex.append(Pattern.quote(pattern.substring(i, i + 1)));
      } else {
        regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
      }
    }
    return !pattern.equals("*")
        && Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL)
            .matcher(name)
            .matches();
  }
}
