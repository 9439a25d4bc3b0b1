package dev.gatehouse.mysql.script;

import dev.gatehouse.mysql.script.StatedChange.Asked;
import dev.gatehouse.mysql.session.CopyDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How objects would be afterwards, for each kind of statement that can be told. */
final class AskedStates {
  /** A copy of others would reach beyond the server, or into files that are there. */
  private static final Pattern COPIED =
      Pattern.compile(
          "(?!.*(?:DIRECTORY|TABLESPACE)).*\\) ENGINE=(?:InnoDB|MyISAM|Aria)\\b.*", Pattern.DOTALL);

  private AskedStates() {}

  /** Whether a table in that state can be copied without its rows. */
  static boolean isCopied(String state) {
    return COPIED.matcher(state).matches();
  }

  /** A table that is altered. */
  record Altered(String quoted, String sql) implements Asked {
    @Override
    public String words() {
      return "SHOW CREATE TABLE "
          + quoted
          + ", compared with what the statement makes of an empty copy in gatehouse";
    }

    @Override
    public List<String> rights() {
      return CopyDatabase.RIGHTS_ON_TABLES;
    }

    @Override
    public boolean isTellable(Connection reading, Map<String, String> now) {
      return now.values().stream()
          .allMatch(state -> state.equals(ObjectStates.ABSENT) || isCopied(state));
    }

    @Override
    public Optional<Map<String, String>> of(Connection session, Map<String, String> before)
        throws SQLException {
      String state = before.getOrDefault(quoted, "");
      return EmptyCopy.altered(session, quoted, state, sql).map(after -> Map.of(quoted, after));
    }
  }

  /** A table that is made. */
  record Created(String quoted, String sql) implements Asked {
    @Override
    public String words() {
      return "SHOW CREATE TABLE "
          + quoted
          + ", compared with what the statement makes in gatehouse";
    }

    @Override
    public List<String> rights() {
      return CopyDatabase.RIGHTS_ON_TABLES;
    }

    @Override
    public Optional<Map<String, String>> of(Connection session, Map<String, String> before)
        throws SQLException {
      return EmptyCopy.created(session, "TABLE", quoted, sql).map(after -> Map.of(quoted, after));
    }
  }

  /** Objects that are dropped. */
  record Dropped(String kind) implements Asked {
    @Override
    public String words() {
      return "SHOW CREATE " + kind + ", which tells that none is there";
    }

    @Override
    public Optional<Map<String, String>> of(Connection session, Map<String, String> before) {
      Map<String, String> after = new TreeMap<>(before);
      after.replaceAll((name, state) -> ObjectStates.ABSENT);
      return Optional.of(after);
    }
  }

  /** Tables that get other names, one after the other. */
  record Renamed(List<String> from, List<String> to) implements Asked {
    @Override
    public String words() {
      return "SHOW CREATE TABLE of each of these names, compared with those before";
    }

    @Override
    public Optional<Map<String, String>> of(Connection session, Map<String, String> before) {
      Map<String, String> after = new TreeMap<>(before);
      for (int i = 0; i < from.size(); i++) {
        String moved = after.getOrDefault(from.get(i), ObjectStates.ABSENT);
        after.put(to.get(i), renamed(moved, bare(from.get(i)), bare(to.get(i))));
        after.put(from.get(i), ObjectStates.ABSENT);
      }
      return Optional.of(after);
    }

    private static String bare(String quoted) {
      return quoted.substring(1, quoted.length() - 1);
    }

    /** The servers give constraints that they named by a table a name by its new one. */
    private static String renamed(String state, String from, String to) {
      return state.replaceAll(
          "(CONSTRAINT `)" + Pattern.quote(from) + "(?=_(?:ibfk|chk)_\\d+`)",
          "$1" + Matcher.quoteReplacement(to));
    }
  }
}
