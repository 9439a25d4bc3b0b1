package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.session.SqlNames.literal;
import static dev.gatehouse.postgres.session.SqlNames.quoted;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.probe.EffectProbe.Does;
import dev.gatehouse.postgres.probe.RowContents.Content;
import dev.gatehouse.postgres.probe.TenantRows.Sample;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A row that is given another content by the account of the target, and then tried as the role. All
 * is taken back.
 */
final class MadeUpRow {
  private static final int BASES = 3;
  private static final String ROW = "gatehouse_row";

  /** What is tried on a row with that key. */
  @FunctionalInterface
  private interface Trial {
    boolean passes(String key) throws SQLException;
  }

  private final ProbeContext on;
  private final TenantContext context;

  MadeUpRow(ProbeContext on, TenantContext context) {
    this.on = on;
    this.context = context;
  }

  void read(List<Content> contents) throws SQLException {
    each(
        contents,
        Does.INSERTS,
        "rowsecurity.exposed",
        " sees rows of others in %s once they hold other values",
        "SELECT",
        key -> {
          boolean[] seen = new boolean[1];
          on.as(
              context,
              () -> {
                seen[0] =
                    Queries.column(
                            on.session().admin(),
                            "SELECT " + TenantRows.keyText(on.rows().keys()) + " FROM " + on.name())
                        .contains(key);
                return new Answer.NoRows();
              });
          return seen[0];
        });
  }

  void delete(List<Content> contents) throws SQLException {
    each(
        contents,
        Does.DELETES,
        Does.DELETES.code,
        " deletes rows of others in %s once they hold other values",
        Does.DELETES.command,
        key -> onRow(key, "DELETE FROM " + on.name()));
  }

  private void each(
      List<Content> contents, Does does, String code, String words, String command, Trial trial)
      throws SQLException {
    String why = "";
    for (Content content : contents) {
      Tried tried = tried(content, trial);
      if (tried.passes()) {
        found(
            code,
            words,
            does == Does.INSERTS
                ? "the rows of its own tenant, whatever rows hold"
                : "rejected, or silently 0 rows, whatever rows hold",
            content,
            fix(command, content, tried.base()));
        return;
      }
      why = tried.why();
    }
    untried(command, contents, why);
  }

  /**
   * @param base the row that was changed
   */
  private record Tried(boolean passes, String why, Map<String, String> base) {}

  private Tried tried(Content content, Trial trial) throws SQLException {
    String why = "there is no row to change";
    Map<String, String> base = Map.of();
    for (Sample sample : bases(content)) {
      String[] failed = {""};
      base = sample.literals();
      boolean passes =
          on.session()
              .takenBack(
                  () -> {
                    String key = "";
                    try {
                      key = written(sample, content);
                    } catch (SQLException e) {
                      failed[0] = "SQLSTATE " + SqlStates.of(e) + ": " + e.getMessage();
                      return false;
                    }
                    if (key.isEmpty()) {
                      failed[0] = "a trigger or rule gave the row other values";
                      return false;
                    }
                    failed[0] = "the role did not reach it";
                    return trial.passes(key);
                  });
      if (passes) {
        return new Tried(true, "", base);
      }
      why = failed[0];
    }
    return new Tried(false, why, base);
  }

  /** The rows that are most like it. */
  private List<Sample> bases(Content content) {
    return on.rows().samples().stream()
        .sorted(Comparator.comparing(sample -> differences(content, sample.literals()).size()))
        .limit(BASES)
        .toList();
  }

  /** What is to be set, quoted names by literals. */
  private static Map<String, String> differences(Content content, Map<String, String> base) {
    Map<String, String> differences = new LinkedHashMap<>();
    content
        .literals()
        .forEach(
            (column, value) -> {
              String now = base.get(quoted(column));
              if (now != null && !now.equals(value)) {
                differences.put(quoted(column), value);
              }
            });
    return differences;
  }

  /** Its key; empty when it does not hold what it was given. */
  private String written(Sample sample, Content content) throws SQLException {
    Map<String, String> set = differences(content, sample.literals());
    String key = TenantRows.keyText(on.rows().keys());
    String now = sample.key();
    if (!set.isEmpty()) {
      List<String> keys =
          Queries.column(
              on.session().admin(),
              "UPDATE %s SET %s WHERE %s = %s RETURNING %s"
                  .formatted(on.name(), assigned(set), key, literal(sample.key()), key));
      if (keys.isEmpty()) {
        return "";
      }
      now = keys.get(0);
    }
    String holds =
        content.literals().entrySet().stream()
            .map(
                one ->
                    "quote_nullable(%s::text) = %s"
                        .formatted(quoted(one.getKey()), literal(one.getValue())))
            .collect(Collectors.joining(" AND "));
    return Queries.exists(
            on.session().admin(),
            "SELECT 1 FROM %s WHERE %s = %s AND %s".formatted(on.name(), key, literal(now), holds))
        ? now
        : "";
  }

  private static String assigned(Map<String, String> set) {
    return set.entrySet().stream()
        .map(one -> one.getKey() + " = " + one.getValue())
        .collect(Collectors.joining(", "));
  }

  private boolean onRow(String key, String sql) throws SQLException {
    Queries.run(
        on.session().admin(),
        "DECLARE %s NO SCROLL CURSOR FOR SELECT 1 FROM %s WHERE %s = %s"
            .formatted(ROW, on.name(), TenantRows.keyText(on.rows().keys()), literal(key)));
    Queries.run(on.session().admin(), "FETCH " + ROW);
    return on.execute(context, sql + " WHERE CURRENT OF " + ROW) instanceof Answer.Allowed;
  }

  /** Whether one of these could be made of it. */
  boolean change(Content old, List<Content> after, boolean gives) throws SQLException {
    Does does = gives ? Does.GIVES : Does.CHANGES;
    for (Content next : after) {
      Tried tried = tried(old, key -> onRow(key, update(old, next)));
      if (tried.passes()) {
        found(
            does.code,
            gives
                ? " can move its rows to another tenant in %s by other values"
                : " changes rows of others in %s once they hold other values",
            "rejected, or silently 0 rows, whatever rows hold",
            gives ? next : old,
            fix(does.command, gives ? next : old, tried.base()));
        return true;
      }
    }
    untried(does.command, List.of(old), "no change of it was let pass");
    return false;
  }

  private String update(Content old, Content next) {
    Map<String, String> base = new LinkedHashMap<>();
    old.literals().forEach((column, value) -> base.put(quoted(column), value));
    Map<String, String> set = differences(next, base);
    set.keySet().retainAll(on.updated());
    if (set.isEmpty()) {
      String column = on.updated().get(0);
      set.put(column, column);
    }
    return "UPDATE " + on.name() + " SET " + assigned(set);
  }

  void insert(List<Content> contents) throws SQLException {
    Optional<Sample> like = on.rows().samples().stream().findFirst();
    String why = "there is no row to begin with";
    for (Content content : contents) {
      if (like.isEmpty()) {
        break;
      }
      Map<String, String> row =
          on.withFreshKey(ProbeContext.values(like.get(), on.inserted()::contains));
      content
          .literals()
          .forEach((column, value) -> row.computeIfPresent(quoted(column), (name, old) -> value));
      Answer answer = inserted(on.insertion(row));
      if (answer instanceof Answer.Allowed) {
        found(
            Does.INSERTS.code,
            " inserts rows of others into %s with other values",
            "rejected, whatever rows hold",
            content,
            fix(Does.INSERTS.command, content, like.get().literals()));
        return;
      }
      why = answer.toString();
    }
    untried(Does.INSERTS.command, contents, why);
  }

  /** Triggers and rules may have made it a row of its own. */
  private Answer inserted(String sql) throws SQLException {
    OtherTenantsRows others = OtherTenantsRows.of(on, context);
    String before = others.digest();
    return on.as(
        context,
        () -> {
          try {
            ActingRole.execute(on.session(), sql);
          } catch (SQLException e) {
            if (Denials.ofTheRow(e) && !ProbeContext.hasNoPlace(e)) {
              return new Answer.Allowed(0);
            }
            throw e;
          }
          return on.session()
              .lookedAt(
                  () ->
                      others.digest().equals(before) ? new Answer.NoRows() : new Answer.Allowed(1));
        });
  }

  private void found(String code, String words, String expected, Content content, String fix) {
    String table = on.rows().relation().words();
    on.breaches()
        .foundMadeUp(
            code,
            on.who() + words.formatted(table),
            expected,
            "with %s: a row with %s, by policy %s"
                .formatted(context, words(content.literals()), content.by()),
            fix);
    on.breaches().counted("rows made up", "allowed");
  }

  private static String words(Map<String, String> literals) {
    return literals.entrySet().stream()
        .map(
            one ->
                quoted(one.getKey())
                    + (one.getValue().equals("NULL") ? " IS NULL" : " = " + one.getValue()))
        .collect(Collectors.joining(" AND "));
  }

  private String fix(String command, Content content, Map<String, String> base)
      throws SQLException {
    String fix = on.fix(command);
    if (!command.equals("SELECT")) {
      return fix;
    }
    Map<String, String> apart = new LinkedHashMap<>(content.literals());
    apart.entrySet().removeIf(one -> one.getValue().equals(base.get(quoted(one.getKey()))));
    return fix
        + "\n-- or, when such rows are everybody's: sharing(\""
        + (apart.isEmpty() ? "..." : words(apart).replace("\"", ""))
        + "\")";
  }

  private void untried(String command, List<Content> contents, String why) {
    if (!contents.isEmpty()) {
      on.breaches()
          .unclear(
              "%s: policies let a row with %s pass for %s, and it could not be tried: %s"
                  .formatted(on.where(context), words(contents.get(0).literals()), command, why));
    }
  }
}
