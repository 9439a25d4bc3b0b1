package dev.gatehouse.mysql.script;

import dev.gatehouse.core.dialect.NonTransactionalStatements.NonTransactional;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptWords;
import dev.gatehouse.mysql.sql.SqlNames;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads which objects a statement changes, as far as anything can tell afterwards that it did. */
final class SchemaStatement {
  private static final Set<String> DROPPED =
      Set.of("table", "view", "trigger", "function", "procedure", "event", "sequence");

  /** What one change of ALTER TABLE begins with. */
  private static final Set<String> CHANGES =
      Set.of(
          ("add drop modify change alter rename comment engine convert default character charset"
                  + " collate row_format force algorithm lock")
              .split(" "));

  /** What changes rows, files or other tables, or what SHOW CREATE TABLE does not tell. */
  private static final Set<String> BEYOND =
      Set.of(
          ("partition partitions partitioning subpartition discard import exchange truncate select"
                  + " like directory tablespace connection union engine_attribute")
              .split(" "));

  private final String sql;
  private final List<ScriptToken> tokens;
  private final List<String> written;
  private int at;

  private SchemaStatement(String sql) {
    this.sql = sql;
    this.tokens = SqlTokens.of(sql);
    this.written = SqlTokens.written(sql);
  }

  /** What a comment hides on some servers and not on others cannot be told. */
  static NonTransactional of(String sql) {
    SchemaStatement statement = new SchemaStatement(sql);
    boolean hidden = statement.tokens.stream().anyMatch(ScriptRules::opens);
    Optional<StatedChange> told = hidden ? Optional.empty() : statement.read();
    return told.isPresent() ? told.get() : new UnprobeableStatement(sql);
  }

  private Optional<StatedChange> read() {
    at = 1;
    return switch (new ScriptWords(tokens).verb()) {
      case "alter" -> altered();
      case "create" -> created().or(() -> CreatedProgram.of(sql));
      case "drop" -> dropped();
      case "rename" -> renamed();
      default -> Optional.empty();
    };
  }

  private Optional<StatedChange> altered() {
    takeAny("online");
    takeAny("ignore");
    if (!take("table")) {
      return Optional.empty();
    }
    conditions();
    Optional<String> table = name();
    return changesAreTold() ? table.flatMap(this::onTable) : Optional.empty();
  }

  private Optional<StatedChange> created() {
    boolean replaces = take("or");
    if (replaces && !take("replace")) {
      return Optional.empty();
    }
    takeAny("online");
    takeAny("unique", "spatial");
    if (take("index")) {
      conditions();
      return name().isPresent() ? index() : Optional.empty();
    }
    if (!take("table") || beyond()) {
      return Optional.empty();
    }
    conditions();
    return name()
        .map(table -> change("TABLE", List.of(table), new AskedStates.Created(table, sql)));
  }

  private Optional<StatedChange> dropped() {
    String kind = tokens.size() > at ? tokens.get(at).text() : "";
    at++;
    if (kind.equals("index")) {
      conditions();
      return name().isPresent() ? index() : Optional.empty();
    }
    if (!DROPPED.contains(kind)) {
      return Optional.empty();
    }
    conditions();
    List<String> names = new ArrayList<>();
    do {
      Optional<String> name = name();
      if (name.isEmpty()) {
        return Optional.empty();
      }
      names.add(name.get());
    } while (takeSign(','));
    takeAny("restrict", "cascade");
    String printed = kind.toUpperCase(Locale.ROOT);
    return at == tokens.size()
        ? Optional.of(change(printed, names, new AskedStates.Dropped(printed)))
        : Optional.empty();
  }

  private Optional<StatedChange> renamed() {
    List<String> from = new ArrayList<>();
    List<String> to = new ArrayList<>();
    if (!take("table")) {
      return Optional.empty();
    }
    do {
      Optional<String> before = name();
      Optional<String> after = take("to") ? name() : Optional.empty();
      if (before.isEmpty() || after.isEmpty() || (before.get() + after.get()).contains("`.`")) {
        return Optional.empty();
      }
      from.add(before.get());
      to.add(after.get());
    } while (takeSign(','));
    List<String> all = new ArrayList<>(from);
    all.addAll(to);
    return at == tokens.size()
        ? Optional.of(change("TABLE", all, new AskedStates.Renamed(from, to)))
        : Optional.empty();
  }

  /** ON table, behind the name of the index and maybe its type. */
  private Optional<StatedChange> index() {
    while (at < tokens.size() && !tokens.get(at).is("on") && !tokens.get(at).isSign('(')) {
      at++;
    }
    return take("on") && !beyond() ? name().flatMap(this::onTable) : Optional.empty();
  }

  /** What is content with anything of that name cannot be told from what was asked for. */
  private Optional<StatedChange> onTable(String table) {
    return hasConditions()
        ? Optional.empty()
        : Optional.of(change("TABLE", List.of(table), new AskedStates.Altered(table, sql)));
  }

  private StatedChange change(String kind, List<String> names, StatedChange.Asked asked) {
    return new StatedChange(sql, hasConditions(), new ObjectStates(kind, names), asked);
  }

  private boolean hasConditions() {
    for (int i = 1; i < tokens.size(); i++) {
      if (tokens.get(i - 1).is("if") && (tokens.get(i).is("exists") || tokens.get(i).is("not"))) {
        return true;
      }
    }
    return false;
  }

  /** Each change between the commas is of a kind whose end SHOW CREATE TABLE tells. */
  private boolean changesAreTold() {
    boolean begins = true;
    for (int i = at; i < tokens.size(); i++) {
      ScriptToken token = tokens.get(i);
      if (begins && !CHANGES.contains(token.text())) {
        return false;
      }
      boolean renames = begins && token.is("rename");
      if (renames && !(isAt(i + 1, "column") || isAt(i + 1, "index") || isAt(i + 1, "key"))) {
        return false;
      }
      // As an option, not of a column: the counter is no part of what is compared.
      if (token.is("auto_increment") && i + 1 < tokens.size() && tokens.get(i + 1).isSign('=')) {
        return false;
      }
      begins = token.isSign(',') && token.depth() == 0;
    }
    return at < tokens.size() && !beyond();
  }

  /** Another database is named: there the statement would not be tried on a copy. */
  private boolean beyond() {
    for (int i = 2; i < tokens.size(); i++) {
      boolean named = tokens.get(i).names() && tokens.get(i - 2).names();
      if (named && tokens.get(i - 1).isSign('.') && !written.get(i - 2).matches("\\d+")) {
        return true;
      }
    }
    return tokens.stream().anyMatch(token -> BEYOND.stream().anyMatch(token::is));
  }

  private void conditions() {
    if (take("if")) {
      take("not");
      take("exists");
    }
  }

  /** As SQL writes it, in backquotes. */
  private Optional<String> name() {
    if (at >= tokens.size() || !tokens.get(at).names()) {
      return Optional.empty();
    }
    String name = SqlNames.quoted(written.get(at));
    at++;
    if (at + 1 < tokens.size() && tokens.get(at).isSign('.') && tokens.get(at + 1).names()) {
      name = name + "." + SqlNames.quoted(written.get(at + 1));
      at += 2;
    }
    return Optional.of(name);
  }

  private boolean take(String word) {
    boolean there = isAt(at, word);
    at += there ? 1 : 0;
    return there;
  }

  private void takeAny(String... words) {
    for (String word : words) {
      if (take(word)) {
        return;
      }
    }
  }

  private boolean takeSign(char sign) {
    boolean there = at < tokens.size() && tokens.get(at).isSign(sign);
    at += there ? 1 : 0;
    return there;
  }

  private boolean isAt(int place, String word) {
    return place < tokens.size() && tokens.get(place).is(word);
  }
}
