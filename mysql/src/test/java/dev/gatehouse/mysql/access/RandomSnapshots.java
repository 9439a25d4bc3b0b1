package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.mysql.access.Settings.Patterns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * What could have been read of a server: accounts, roles, rows on all levels, and what is built on
 * them, at random. No server is asked.
 */
final class RandomSnapshots {
  private static final List<String> HOSTS = List.of("%", "%", "localhost", "10.%", "10.1.%");
  private static final List<String> GLOBALS =
      List.of("SELECT", "INSERT", "UPDATE", "DROP", "ALTER", "CREATE", "EXECUTE", "FILE");

  private final Random random;
  private final boolean mysql;
  private final List<Account> accounts = new ArrayList<>();
  private final List<RoleEdge> edges = new ArrayList<>();
  private final List<Item> items = new ArrayList<>();
  private final List<Integer> tables = new ArrayList<>();

  private RandomSnapshots(long seed) {
    this.random = new Random(seed);
    this.mysql = random.nextBoolean();
  }

  static Snapshot of(long seed) {
    return new RandomSnapshots(seed).snapshot();
  }

  private Snapshot snapshot() {
    for (String database : List.of("a_b", "axb", "c", "mysql")) {
      add(Kind.DATABASE, items.size(), database, "", "database", Optional.empty());
    }
    accounts();
    for (int place = 0; place < 3; place++) {
      for (String name : List.of("t", "u", "v")) {
        boolean view = name.equals("v") && random.nextBoolean();
        Optional<Program> program =
            view ? Optional.of(program("SELECT a FROM ")) : Optional.empty();
        tables.add(items.size());
        add(Kind.TABLE, place, items.get(place).database(), name, view ? "view" : "table", program);
      }
      if (random.nextBoolean()) {
        Program body = program(any(List.of("DELETE FROM ", "PREPARE s FROM ", "UPDATE ")));
        String database = items.get(place).database();
        add(Kind.ROUTINE, place, database, "p", "procedure", Optional.of(body));
      }
    }
    add(Kind.TABLE, 3, "mysql", "db", "table", Optional.empty());
    GrantTables grants =
        new GrantTables(
            settings(),
            accounts,
            edges,
            rows(Kind.DATABASE, 6),
            rows(Kind.TABLE, 8),
            rows(Kind.ROUTINE, 2),
            List.of());
    return Snapshot.of("c", "Some 1.0", grants, items, List.of(), triggers(), keys());
  }

  private void add(
      Kind kind, int place, String database, String name, String form, Optional<Program> program) {
    List<String> columns = kind == Kind.TABLE ? List.of("a", "b") : List.of();
    items.add(new Item(items.size(), place, kind, database, name, form, columns, program));
  }

  private void accounts() {
    for (int i = 0; i < 6; i++) {
      boolean role = !mysql && i > 3;
      Map<String, Set<String>> taken = new HashMap<>();
      if (mysql && random.nextInt(4) == 0) {
        taken.put(items.get(random.nextInt(3)).database(), Set.of("SELECT", "ALTER"));
      }
      Set<String> globals = new HashSet<>();
      while (random.nextInt(3) == 0) {
        globals.add(any(GLOBALS));
      }
      String user = !mysql && i == 5 ? Account.PUBLIC : List.of("u", "v", "w").get(i / 2);
      String host = role ? "" : any(HOSTS);
      if (accounts.stream().noneMatch(one -> one.is(user, host))) {
        accounts.add(new Account(accounts.size(), user, host, role, globals, taken));
      }
    }
    for (Account role : accounts) {
      for (Account member : accounts) {
        if ((mysql || role.role()) && role.number() > member.number() && random.nextInt(4) == 0) {
          edges.add(new RoleEdge(role.number(), member.number(), false, random.nextInt(6) == 0));
        }
      }
    }
  }

  private Settings settings() {
    Map<Integer, Set<Integer>> defaults = new HashMap<>();
    edges.stream()
        .filter(edge -> random.nextBoolean())
        .forEach(edge -> defaults.put(edge.member(), Set.of(edge.role())));
    return new Settings(
        mysql,
        mysql && random.nextInt(3) == 0,
        mysql && random.nextInt(3) == 0,
        random.nextInt(4) == 0,
        any(List.of(Patterns.values())),
        random.nextBoolean(),
        defaults);
  }

  private List<GrantRow> rows(Kind kind, int count) {
    Map<List<String>, GrantRow> rows = new HashMap<>();
    for (int i = 0; i < count; i++) {
      Account to = any(accounts);
      boolean everybodys = kind == Kind.DATABASE && random.nextInt(8) == 0;
      String user = everybodys ? "" : to.user();
      String host = random.nextInt(4) == 0 && !to.role() ? any(HOSTS) : to.host();
      String database =
          kind == Kind.DATABASE
              ? any(List.of("a_b", "a\\_b", "a%", "c", "%"))
              : any(List.of("a_b", "axb", "c"));
      String object =
          kind == Kind.TABLE ? any(List.of("t", "u", "v")) : kind == Kind.ROUTINE ? "P" : "";
      long columns = kind == Kind.TABLE && random.nextBoolean() ? rights() & Right.READS : 0;
      rows.put(
          List.of(user, host, database, object),
          new GrantRow(
              user,
              host,
              database,
              object,
              kind == Kind.ROUTINE ? "PROCEDURE" : "",
              rights(),
              columns == 0 ? Map.of() : Map.of("a", columns)));
    }
    return List.copyOf(rows.values());
  }

  private long rights() {
    long all = Right.of(Kind.DATABASE) | Right.GRANT_OPTION.bit();
    long half = random.nextLong() & all;
    return random.nextInt(4) == 0 ? all : half & random.nextLong();
  }

  private Program program(String text) {
    Account as = any(accounts);
    return Program.of(
        as.user() + "@" + as.host(),
        random.nextInt(3) > 0,
        text + any(List.of("a_b", "axb", "c")) + "." + any(List.of("t", "u", "v", "p")),
        "",
        "c");
  }

  private List<Trigger> triggers() {
    return random.nextBoolean()
        ? List.of()
        : List.of(new Trigger("g", any(tables), Right.INSERT, program("DELETE FROM ")));
  }

  private List<ForeignKey> keys() {
    return random.nextBoolean()
        ? List.of()
        : List.of(new ForeignKey("f", any(tables), any(tables), Right.DELETE, Right.UPDATE));
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
