package dev.gatehouse.postgres.access;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Tables of two owners, and on top of them whatever carries an act from one to another, always the
 * same for a seed. Each table holds a word of its own. What the server refuses is left out.
 */
final class RandomCarriers {
  private static final List<String> SCHEMAS = List.of("priv", "pub");

  private final Connection admin;
  private final int major;
  private final Random random;
  private final String app;
  private final List<String> owners;
  private final List<String> tables = new ArrayList<>();
  private final List<String> readable = new ArrayList<>();
  private final List<String> functions = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final boolean texts;
  private int number;

  RandomCarriers(Connection admin, long seed, String app, List<String> owners) throws SQLException {
    this.admin = admin;
    this.major = admin.getMetaData().getDatabaseMajorVersion();
    this.random = new Random(seed);
    this.texts = seed % 2 == 0;
    this.app = app;
    this.owners = owners;
  }

  List<String> tables() {
    return tables;
  }

  List<String> readable() {
    return readable;
  }

  List<String> functions() {
    return functions;
  }

  List<String> log() {
    return log;
  }

  /** Whether code may stand in it as a text, which nobody can read: in every second one. */
  boolean hasTexts() {
    return texts;
  }

  RandomCarriers fill() throws SQLException {
    for (String schema : SCHEMAS) {
      execute("create schema " + schema);
      execute("grant usage, create on schema " + schema + " to " + String.join(", ", owners));
    }
    execute("grant usage on schema pub to " + app);
    for (int i = 0; i < 4; i++) {
      as(() -> table(""));
    }
    for (String table : List.copyOf(tables)) {
      execute("grant %s on %s to %s".formatted(rights(), table, pick(owners)));
    }
    for (int i = 0; i < 9; i++) {
      as(this::carrier);
    }
    grants();
    return this;
  }

  private interface Making {
    void make() throws SQLException;
  }

  private void as(Making making) throws SQLException {
    execute("set role " + pick(owners));
    making.make();
    execute("reset role");
  }

  private void table(String more) throws SQLException {
    String name = name();
    if (execute("create table " + name + " (id integer primary key" + more + ", v text)")) {
      execute("insert into %s values (1, '%s')".formatted(name, word(name)));
      tables.add(name);
      readable.add(name);
    }
  }

  /** What stands in its rows, and nowhere else. */
  static String word(String table) {
    return "word_" + table.replace('.', '_');
  }

  private String name() {
    return pick(SCHEMAS) + ".x" + ++number + "_";
  }

  private void carrier() throws SQLException {
    String name = name();
    String table = pick(tables);
    switch (random.nextInt(13)) {
      case 0, 1 -> {
        String invoker = major >= 15 && random.nextBoolean() ? " with (security_invoker)" : "";
        readable("create view " + name + invoker + " as " + query(), name);
      }
      case 2 -> readable("create materialized view " + name + " as " + query(), name);
      case 3, 4, 5 -> function(name);
      case 6, 10, 11 -> {
        if (texts) {
          trigger(name, table);
        } else {
          function(name);
        }
      }
      case 7 ->
          execute(
              "create rule %s as on %s to %s do also %s"
                  .formatted(bare(name), pick("delete", "update", "insert"), table, change()));
      case 8 -> {
        execute("alter table " + table + " enable row level security");
        String to = random.nextBoolean() ? "" : " to " + app;
        execute("create policy %s on %s%s using (%s)".formatted(bare(name), table, to, truth()));
      }
      case 9 -> {
        if (!functions.isEmpty()) {
          execute(
              random.nextBoolean()
                  ? "alter table %s alter v set default %s()".formatted(table, pick(functions))
                  : "alter table %s add check (%s) not valid".formatted(table, called()));
        }
      }
      default -> table(" references " + table + " on delete cascade on update cascade");
    }
  }

  private static String bare(String name) {
    return name.substring(name.indexOf('.') + 1);
  }

  private void readable(String sql, String name) throws SQLException {
    if (execute(sql)) {
      readable.add(name);
    }
  }

  private String query() {
    return !functions.isEmpty() && random.nextInt(3) == 0
        ? "select 1 as id, %s() as v".formatted(pick(functions))
        : "select 1 as id, v from " + pick(readable);
  }

  private String truth() {
    return functions.isEmpty() || random.nextBoolean()
        ? "exists (select from " + pick(readable) + ")"
        : called();
  }

  private String called() {
    return pick(functions) + "() is not null";
  }

  /** A statement that changes a table. */
  private String change() {
    String table = pick(tables);
    String insert = "insert into %s values (%d, 'new')".formatted(table, 100 + ++number);
    return switch (random.nextInt(major >= 15 ? 5 : 4)) {
      case 0 -> insert;
      case 1 -> "update %s set v = 'changed'".formatted(table);
      case 2 -> "delete from " + table;
      case 3 ->
          "insert into %s values (1, 'put') on conflict (id) do update set v = excluded.v"
              .formatted(table);
      default ->
          "merge into %s t using (select 1 as id) s on t.id = s.id when matched then delete"
              .formatted(table);
    };
  }

  private void function(String name) throws SQLException {
    String definer = random.nextBoolean() ? " security definer" : "";
    String does =
        switch (random.nextInt(3)) {
          case 0 -> change() + "; select 'done'::text";
          case 1 ->
              functions.isEmpty()
                  ? "select 'nothing'::text"
                  : "select %s()".formatted(pick(functions));
          default -> "select string_agg(v, ',') from " + pick(readable);
        };
    boolean text = texts && random.nextInt(3) == 0;
    String head = "create function %s() returns text language sql%s ".formatted(name, definer);
    if (execute(head + (text ? "as $$ " + does + " $$" : "begin atomic " + does + "; end"))) {
      functions.add(name);
    }
  }

  private void trigger(String name, String table) throws SQLException {
    String definer = random.nextBoolean() ? " security definer" : "";
    execute(
        "create function %s() returns trigger language plpgsql%s as $$ begin %s; return coalesce(new, old); end $$"
            .formatted(name, definer, change()));
    execute(
        "create trigger %s %s %s on %s for each row execute function %s()"
            .formatted(
                bare(name),
                pick("before", "after"),
                pick("insert", "update", "delete"),
                table,
                name));
  }

  private void grants() throws SQLException {
    for (String name : readable) {
      if (name.startsWith("pub.") && random.nextBoolean()) {
        execute("grant %s on %s to %s".formatted(rights(), name, app));
      }
    }
    for (String function : functions) {
      if (random.nextInt(4) == 0) {
        execute("revoke execute on function " + function + "() from public");
      }
    }
  }

  private String rights() {
    return pick("select", "insert", "update", "delete", "select, update", "all");
  }

  private String pick(String... from) {
    return from[random.nextInt(from.length)];
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private boolean execute(String sql) throws SQLException {
    try (Statement statement = admin.createStatement()) {
      statement.execute(sql);
      log.add(sql);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }
}
