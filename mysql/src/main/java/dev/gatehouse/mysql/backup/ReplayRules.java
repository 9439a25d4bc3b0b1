package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptPart;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptWords;
import dev.gatehouse.mysql.sql.PrintedSql;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the SQL of a backup may hold: definitions, as backups write them. A text that somebody else
 * wrote, or changed, is executed with the rights of the account: whatever is not known to be a
 * definition is refused before any of it is executed.
 */
final class ReplayRules {
  private static final String NAME = "`(?:[^`]++|``)++`";
  private static final List<Pattern> KNOWN =
      List.of(
          Pattern.compile("SET NAMES utf8mb4"),
          Pattern.compile("SET SESSION foreign_key_checks = 0"),
          Pattern.compile("SET SESSION sql_mode = '[A-Z0-9_,]*'"),
          Pattern.compile("SET SESSION time_zone = '[A-Za-z0-9_/+:-]*'"),
          Pattern.compile(
              "SET SESSION (?:character_set_client|collation_connection) = '[a-z0-9_]*'"),
          Pattern.compile(
              "ALTER DATABASE(?: CHARACTER SET [a-z0-9]+)? COLLATE (?:[a-z0-9_]+|`binary`)"),
          Pattern.compile("ALTER TABLE " + NAME + " AUTO_INCREMENT = \\d{1,20}"),
          Pattern.compile("ALTER SEQUENCE " + NAME + " RESTART WITH -?\\d{1,20}"));
  private static final Set<String> ENGINES =
      Set.of("innodb", "myisam", "aria", "memory", "csv", "archive", "blackhole", "sequence");
  private static final Set<String> PROGRAMS =
      Set.of("view", "function", "procedure", "trigger", "event", "package");
  private static final Set<String> FILES = Set.of("outfile", "dumpfile", "load_file", "soname");
  private static final Pattern DEFINER =
      Pattern.compile("^CREATE [^(]*?DEFINER=(`[^`]*`@`[^`]*`) ");
  private static final Pattern DISABLED = Pattern.compile(" DISABLE(?= (?:COMMENT|DO)\\b)");
  private static final Pattern ENABLED = Pattern.compile(" ENABLE(?= (?:COMMENT|DO)\\b)");

  private final String where;
  private final ScriptPart part;
  private final List<ScriptToken> tokens;
  private final Set<String> definers;

  private ReplayRules(String where, ScriptPart part, Set<String> definers) {
    this.where = where;
    this.part = part;
    this.definers = definers;
    this.tokens =
        part.tokens().stream()
            .filter(
                token ->
                    token.kind() != ScriptToken.Kind.SIGN
                        || !(token.text().equals(SqlTokens.OPENING)
                            || token.text().equals(SqlTokens.CLOSING)))
            .toList();
  }

  /**
   * @param file whose part it is, for messages
   * @param definers those that the backup recorded
   * @throws Refusal when it is none of a backup
   */
  static void require(String file, ScriptPart part, Set<String> definers) {
    new ReplayRules(file + ":" + part.line(), part, definers).require();
  }

  /** As whom the text has the object executed; empty where it does not say. */
  static Optional<String> definer(String sql) {
    Matcher found = DEFINER.matcher(PrintedSql.of(sql).bare());
    return found.find()
        ? Optional.of(sql.substring(found.start(1), found.end(1)))
        : Optional.empty();
  }

  private void require() {
    if (KNOWN.stream().anyMatch(known -> known.matcher(part.text()).matches())) {
      return;
    }
    ScriptWords words = new ScriptWords(tokens);
    if (!words.begin("create") || part.text().startsWith("/*")) {
      throw refused("a statement that no backup writes");
    }
    refuseFiles();
    String kind = kind(words);
    switch (kind) {
      case "table", "sequence" -> table(words);
      case "" -> throw refused("a statement that no backup writes");
      default -> program(kind);
    }
  }

  /** The word that says what is created, behind what may stand before it. */
  private static String kind(ScriptWords words) {
    if (words.word(1).equals("table") || words.word(1).equals("sequence")) {
      return words.word(1);
    }
    for (ScriptToken token : words.tokens()) {
      if (token.depth() == 0 && PROGRAMS.stream().anyMatch(token::is)) {
        return token.text();
      }
      if (token.isSign('(')) {
        return "";
      }
    }
    return "";
  }

  private void refuseFiles() {
    for (int i = 0; i < tokens.size(); i++) {
      ScriptToken token = tokens.get(i);
      String word = token.names() ? token.text().toLowerCase(Locale.ROOT) : "";
      boolean loads =
          token.is("load")
              && i + 1 < tokens.size()
              && (tokens.get(i + 1).is("data") || tokens.get(i + 1).is("xml"));
      boolean called = i + 1 < tokens.size() && tokens.get(i + 1).isSign('(');
      if (loads
          || (token.kind() == ScriptToken.Kind.WORD && FILES.contains(word))
          || (called && FILES.contains(word))) {
        throw refused("a statement that reads or writes files of the server");
      }
    }
  }

  private void table(ScriptWords words) {
    if (words.has("select") || words.word(3).equals("like") || words.has("connection")) {
      throw refused("a table that takes its rows from elsewhere");
    }
    for (int i = 0; i + 2 < tokens.size(); i++) {
      boolean directory = tokens.get(i + 1).is("directory");
      if (directory && (tokens.get(i).is("data") || tokens.get(i).is("index"))) {
        throw refused("a table whose files lie elsewhere on the server");
      }
      if (tokens.get(i).depth() == 0
          && tokens.get(i).is("engine")
          && tokens.get(i + 1).isSign('=')
          && !ENGINES.contains(tokens.get(i + 2).text().toLowerCase(Locale.ROOT))) {
        throw refused("a table of an engine that no backup holds");
      }
    }
  }

  private void program(String kind) {
    String definer =
        definer(part.text())
            .orElseThrow(() -> refused("an object that does not say as whom it is executed"));
    if (!definers.contains(definer)) {
      throw refused("an object that is executed as " + definer + ", whom the backup does not name");
    }
    String bare = PrintedSql.of(part.text()).bare();
    if (kind.equals("event") && (!DISABLED.matcher(bare).find() || ENABLED.matcher(bare).find())) {
      throw refused("an event that is not disabled");
    }
  }

  private Refusal refused(String what) {
    String line = part.text().replaceAll("\\s+", " ");
    return new Refusal(
        Finding.of("artifact.hostile", "the backup holds " + what)
            .withExpected("definitions only, as backups of Gatehouse write them")
            .withFound(
                where + "  " + (line.length() <= 120 ? line : line.substring(0, 117) + "..."))
            .withFix("do not use this artifact; find out who wrote it, and restore another"));
  }
}
