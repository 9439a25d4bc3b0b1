package dev.gatehouse.postgres.probe;

import static dev.gatehouse.postgres.session.SqlNames.quoted;

import dev.gatehouse.core.dialect.RoleProbes.Answer;
import dev.gatehouse.postgres.probe.EffectProbe.Does;
import dev.gatehouse.postgres.probe.RowContents.Content;
import dev.gatehouse.postgres.probe.TenantRows.Sample;
import dev.gatehouse.postgres.probe.WrittenContent.Trial;
import dev.gatehouse.postgres.probe.WrittenContent.Tried;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Rows of contents that no row holds yet, tried as the role through a door. All is taken back. */
final class MadeUpRow {
  private final ProbeContext on;
  private final TenantContext context;
  private final Door door;
  private final WrittenContent written;

  MadeUpRow(ProbeContext on, TenantContext context, Door door) {
    this.on = on;
    this.context = context;
    this.door = door;
    this.written = new WrittenContent(on);
  }

  void read(List<Content> contents) throws SQLException {
    each(
        contents,
        door.seeing(),
        " sees rows of others in %s once they hold other values",
        "the rows of its own tenant, whatever rows hold",
        "SELECT",
        door::compares,
        door::shows);
  }

  void delete(List<Content> contents) throws SQLException {
    each(
        contents,
        door.changing(Does.DELETES),
        " deletes rows of others in %s once they hold other values",
        "rejected, or silently 0 rows, whatever rows hold",
        Does.DELETES.command,
        row -> true,
        door::deletes);
  }

  private void each(
      List<Content> contents,
      String code,
      String words,
      String expected,
      String command,
      Predicate<Sample> taken,
      Trial trial)
      throws SQLException {
    String why = "";
    for (Content content : contents) {
      Tried tried = written.tried(content, taken, trial);
      if (tried.passes()) {
        found(code, words, expected, content, fix(command, content, tried.base()));
        return;
      }
      why = tried.why();
    }
    untried(command, contents, why);
  }

  /** Whether one of these could be made of it. */
  boolean change(Content old, List<Content> after, boolean gives) throws SQLException {
    Does does = gives ? Does.GIVES : Does.CHANGES;
    for (Content next : after) {
      Tried tried = written.tried(old, row -> true, key -> door.changes(key, set(old, next)));
      if (tried.passes()) {
        found(
            door.changing(does),
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

  private Map<String, String> set(Content old, Content next) {
    Map<String, String> base = new LinkedHashMap<>();
    old.literals().forEach((column, value) -> base.put(quoted(column), value));
    Map<String, String> set = WrittenContent.differences(next, base);
    set.keySet().retainAll(on.updated());
    if (set.isEmpty()) {
      String column = on.updated().get(0);
      set.put(column, column);
    }
    return set;
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
      Answer answer = door.inserts(row);
      if (answer instanceof Answer.Allowed) {
        found(
            door.changing(Does.INSERTS),
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

  private void found(String code, String words, String expected, Content content, String fix) {
    String table = on.rows().relation().words() + door.through();
    String by = content.by().isEmpty() ? "" : ", by policy " + content.by();
    on.breaches()
        .foundMadeUp(
            code,
            on.who() + words.formatted(table),
            expected,
            "with %s: a row with %s%s".formatted(context, words(content.literals()), by),
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
    String fix = door.fix(command);
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
              "%s%s: policies let a row with %s pass for %s, and it could not be tried: %s"
                  .formatted(
                      on.where(context),
                      door.through(),
                      words(contents.get(0).literals()),
                      command,
                      why));
    }
  }
}
