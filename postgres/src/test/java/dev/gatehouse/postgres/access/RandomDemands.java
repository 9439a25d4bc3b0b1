package dev.gatehouse.postgres.access;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What the engine itself calls and takes when somebody writes a row: defaults, numbers, generated
 * columns, checks, domains, conditions and bodies of triggers, which need what a role may or may
 * not have. Always the same for a seed; what the server refuses is left out.
 */
final class RandomDemands {
  private final Connection admin;
  private final Random random;
  private final String app;
  private final String owner;
  private final List<String> tables;
  private final boolean texts;
  private final List<String> views = new ArrayList<>();
  private final List<String> functions = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private int number;

  /**
   * On tables {@code (id integer primary key, v text)} of one owner.
   *
   * @param texts whether triggers do something, which stands in texts
   */
  RandomDemands(Connection admin, long seed, String app, String owner, boolean texts) {
    this.admin = admin;
    this.random = new Random(seed);
    this.app = app;
    this.owner = owner;
    this.tables = List.of("pub.a", "pub.b", "priv.c");
    this.texts = texts;
  }

  /** Tables, and views of all their columns. */
  List<String> writable() {
    List<String> all = new ArrayList<>(tables);
    all.addAll(views);
    return all;
  }

  /** Whether the catalogue does not tell of some call in it whether it is made. */
  boolean hasConditions() {
    return log.stream().anyMatch(sql -> sql.contains(" strict ") || sql.contains("case when"));
  }

  List<String> log() {
    return log;
  }

  RandomDemands fill() throws SQLException {
    execute("create schema priv");
    execute("create schema pub");
    execute("grant usage, create on schema priv, pub to " + owner);
    execute("grant usage on schema pub to " + app);
    execute("set role " + owner);
    for (String table : tables) {
      execute("create table " + table + " (id integer primary key, v text)");
      execute("insert into " + table + " values (1, 'x')");
    }
    for (int i = 0; i < 4; i++) {
      function();
    }
    for (int i = 0; i < 4; i++) {
      demand();
    }
    for (String table : tables) {
      String view = pick("priv", "pub") + ".w" + ++number;
      if (execute("create view " + view + " as select * from " + table)) {
        views.add(view);
      }
    }
    execute("reset role");
    grants();
    return this;
  }

  private void grants() throws SQLException {
    for (String name : writable()) {
      execute("grant %s on %s to %s".formatted(pick("insert", "update, select", "all"), name, app));
    }
    for (String function : functions) {
      if (random.nextInt(3) == 0) {
        execute("revoke execute on function " + function + "(text) from public");
      }
    }
    if (random.nextInt(3) == 0) {
      execute("grant usage on all sequences in schema priv, pub to " + app);
    }
    if (random.nextInt(4) == 0) {
      execute("grant usage on schema priv to " + app);
    }
  }

  /** Takes a text and gives it back; some read a table first, call another, or sometimes do. */
  private void function() throws SQLException {
    String name = pick("priv", "pub") + ".f" + ++number;
    String table = pick(tables);
    String does =
        switch (random.nextInt(functions.isEmpty() ? 3 : 6)) {
          case 0 -> "select count(*)::text from " + table;
          case 1 -> "select count(*) from %s; select 'x'::text".formatted(table);
          case 2 -> "select 'x'::text";
          case 3 -> "select %s('x')".formatted(pick(functions));
          case 4 ->
              "select case when $1 = 'never' then %s($1) else 'x' end".formatted(pick(functions));
          default -> "select %s(null::text); select 'x'::text".formatted(pick(functions));
        };
    String how = pick("", "", " strict", " security definer", " immutable");
    if (execute(
        "create function %s(text) returns text language sql%s begin atomic %s; end"
            .formatted(name, how, does))) {
      functions.add(name);
    }
  }

  private void demand() throws SQLException {
    String table = pick(tables);
    String column = "c" + ++number;
    String call = pick(functions) + "('x')";
    switch (random.nextInt(texts ? 10 : 8)) {
      case 0 -> execute("alter table %s add %s serial".formatted(table, column));
      case 1 ->
          execute(
              "alter table %s add %s integer generated always as identity"
                  .formatted(table, column));
      case 2, 3 -> execute("alter table %s alter v set default %s".formatted(table, call));
      case 4 ->
          execute(
              "alter table %s add %s text generated always as (%s(v)) stored"
                  .formatted(table, column, pick(functions)));
      case 5 ->
          execute(
              "alter table %s add constraint %s check (%s%s is not null)"
                  .formatted(table, column, texts ? pick("", "v is not null or ") : "", call));
      case 6 -> {
        execute("create domain pub.d%d as text check (%s is not null)".formatted(number, call));
        execute("alter table %s add %s pub.d%d".formatted(table, column, number));
      }
      case 7 -> trigger(table, "new.v := new.v;", " when (" + call + " is not null)");
      default -> {
        int from = tables.indexOf(table) + 1;
        if (from == tables.size()) {
          return;
        }
        String change =
            pick(
                    "insert into %s values (%d, 'y');",
                    "update %s set v = 'y' where id = %d;", "delete from %s where id = %d;")
                .formatted(pick(tables.subList(from, tables.size())), 100 + number);
        String does =
            switch (random.nextInt(5)) {
              case 0 -> "if new.v = 'never' then " + change + " end if;";
              case 1 -> "begin " + change + " exception when others then null; end;";
              default -> "new.v := coalesce(new.v, 'x'); " + change;
            };
        trigger(table, does, pick("", "", " when (new.v = 'never')"));
      }
    }
  }

  /** Bodies write to later tables only: an attempt must end. */
  private void trigger(String table, String does, String when) throws SQLException {
    String name = pick("priv", "pub") + ".t" + ++number;
    execute(
        "create function %s() returns trigger language plpgsql%s as $$ begin %s return new; end $$"
            .formatted(name, pick("", "", " security definer"), does));
    execute(
        "create trigger t%d before %s on %s for each row%s execute function %s()"
            .formatted(
                number,
                pick("insert", "update", "insert or update", "update of id"),
                table,
                when,
                name));
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
