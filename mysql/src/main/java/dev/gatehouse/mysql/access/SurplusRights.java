package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.dialect.GrantMethod.DesiredState;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.mysql.sql.SqlNames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be revoked within a scope: from the rows on tables what is not to be had there, from
 * the rows on whole databases what is not to be had on every table of them. Claims speak of tables:
 * what such a row gives beside, such as EXECUTE, is told and stays.
 */
final class SurplusRights {
  private static final long ALL = -1;

  /** What a row on a database gives on its tables; GRANT OPTION hands on what is had there. */
  private static final long ON_TABLES =
      Right.of(Kind.TABLE) | Right.GRANT_OPTION.bit() | Right.DELETE_HISTORY.bit();

  private final Snapshot snapshot;
  private final WantedRights wanted;
  private final List<NamePattern> scope;
  private final Set<AccessObject> tables = new HashSet<>();
  private final Map<String, Item> byKey = new HashMap<>();
  private final List<RightsChange> changes = new ArrayList<>();
  private final List<Finding> impossible = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  SurplusRights(MySqlAccess access, WantedRights wanted, DesiredState state) {
    this.snapshot = access.snapshot();
    this.wanted = wanted;
    this.scope = state.scope().stream().map(NamePattern::of).toList();
    for (String pattern : state.scope()) {
      List<AccessObject> found = access.names().objects(Kind.TABLE, pattern);
      tables.addAll(found);
      if (found.isEmpty()) {
        impossible.add(emptyScope(pattern));
      }
    }
    for (Item item : snapshot.items()) {
      if (item.kind() == Kind.TABLE) {
        byKey.put(snapshot.grants().keyOf(item), item);
      }
    }
    snapshot.grants().onTables().forEach(this::onTable);
    snapshot.grants().onDatabases().stream()
        .sorted(Comparator.comparing(row -> snapshot.grants().settings().order(row)))
        .forEach(this::onDatabases);
    refuseTies();
    wanted.limited().forEach(this::onServer);
  }

  /** What it has on the whole server lies in no scope. */
  private void onServer(Account account) {
    if (!scope.isEmpty() && !account.globals().isEmpty()) {
      String all = String.join(", ", new TreeSet<>(account.globals()));
      notes.add(
          "left alone, outside of the scope: to take it away: REVOKE "
              + all
              + " ON *.* FROM "
              + account.inSql());
    }
  }

  /**
   * The server knows which of several rows it looks at, and nobody else: whichever is revoked first
   * may let the other one count for a moment.
   */
  private void refuseTies() {
    GrantTables grants = snapshot.grants();
    for (RightsChange change : changes) {
      for (GrantRow other : grants.onDatabases()) {
        GrantRow row = change.entry().in(grants).orElse(other);
        boolean alike = row.rights() == other.rights() || !row.user().equals(other.user());
        if (change.entry().onDatabases()
            && !alike
            && grants.settings().order(row) == grants.settings().order(other)
            && !Collections.disjoint(matched(row), matched(other))) {
          impossible.add(
              Finding.of("grants.tied", "nobody can tell which of them counts")
                  .withExpected("of several rows on a database one that is narrower")
                  .withFound(change.entry().inSql() + " and " + GrantEntry.of(other).inSql())
                  .withFix(
                      "write names of databases in GRANT with a backslash before each _ and %; or"
                          + " revoke both by hand while "
                          + change.account().name()
                          + " has no sessions"));
          return;
        }
      }
    }
  }

  /** In the order in which none lets another row count that is revoked later. */
  List<RightsChange> changes() {
    return changes;
  }

  List<Finding> impossible() {
    return impossible;
  }

  /** What is left alone, and what nobody can revoke. */
  List<String> notes() {
    return notes;
  }

  private static Finding emptyScope(String pattern) {
    return Finding.of("grants.empty-scope", "no table is named like '" + pattern + "'")
        .withExpected("tables within which what is surplus may be revoked")
        .withFound("none")
        .withFix(
            "correct revokingLegacyWithin(\"" + pattern + "\"): database.table, or database.*");
  }

  private List<Account> of(GrantRow row) {
    return snapshot.grants().accounts().stream().filter(row::isOf).toList();
  }

  private void onTable(GrantRow row) {
    Item table = byKey.get(snapshot.grants().keyOf(row));
    boolean within =
        table == null
            ? scope.stream().anyMatch(pattern -> pattern.matches(row.database(), row.object()))
            : tables.contains(table.object());
    if (of(row).isEmpty() && within) {
      notes.add(orphan(row));
    }
    for (Account account : of(row)) {
      boolean limited = wanted.limited().contains(account);
      long bad =
          table != null && wanted.isAbout(account, table)
              ? wanted.of(account, table).bad()
              : limited ? ALL : 0;
      Map<String, Long> columns = new HashMap<>();
      row.columns()
          .forEach((column, mask) -> columns.put(column, mask & bad & ~(row.rights() & bad)));
      add(account, row, row.rights() & bad, columns, within);
    }
  }

  private void onDatabases(GrantRow row) {
    List<Item> matched = matched(row);
    boolean within =
        matched.isEmpty()
            ? coversAll(row.database().replaceAll("\\\\([_%])", "$1"))
            : matched.stream().allMatch(database -> coversAll(database.database()));
    if (of(row).isEmpty() && within) {
      notes.add(orphan(row));
    }
    for (Account account : of(row)) {
      if (wanted.limited().contains(account)) {
        long surplus = row.rights() & ON_TABLES & ~everywhere(account, matched);
        add(account, row, surplus, Map.of(), within);
        beside(account, row, within);
      }
    }
  }

  private void beside(Account account, GrantRow row, boolean within) {
    RightsChange rest =
        new RightsChange(account, GrantEntry.of(row), true, row.rights() & ~ON_TABLES, Map.of());
    if (within && !rest.isNothing()) {
      notes.add(
          "left alone, no right on tables, of which alone the claims speak: to take it away: "
              + rest.statement(snapshot.grants()).sql());
    }
  }

  private List<Item> matched(GrantRow row) {
    Settings settings = snapshot.grants().settings();
    String pattern = settings.folded(row.database());
    return snapshot.items().stream()
        .filter(item -> item.kind() == Kind.DATABASE)
        .filter(
            item ->
                settings.literalNames()
                    ? pattern.equals(settings.folded(item.database()))
                    : Wildcards.match(pattern, settings.folded(item.database())))
        .toList();
  }

  private boolean coversAll(String database) {
    // no name holds this character, so that only a * stands for it
    return scope.stream()
        .anyMatch(pattern -> pattern.toString().contains(".") && pattern.matches(database, "\0"));
  }

  /** What is wanted on each table of all these databases. */
  private long everywhere(Account account, List<Item> databases) {
    long mask = 0;
    boolean any = false;
    for (Item item : snapshot.items()) {
      if (item.kind() == Kind.TABLE
          && databases.stream().anyMatch(one -> one.database().equals(item.database()))) {
        long want = wanted.of(account, item).want();
        mask = any ? mask & want : want;
        any = true;
      }
    }
    return mask;
  }

  private void add(
      Account account, GrantRow row, long rights, Map<String, Long> columns, boolean within) {
    RightsChange change = new RightsChange(account, GrantEntry.of(row), true, rights, columns);
    if (change.isNothing()) {
      return;
    }
    if (within) {
      changes.add(change);
    } else if (!scope.isEmpty()) {
      notes.add(
          "left alone, outside of the scope: to take it away: "
              + change.statement(snapshot.grants()).sql());
    }
  }

  /** Such a row counts again as soon as somebody makes the account. */
  private static String orphan(GrantRow row) {
    GrantEntry entry = GrantEntry.of(row);
    return "orphan: there is no account "
        + row.user()
        + "@"
        + row.host()
        + ", and a row gives it "
        + String.join(", ", Right.names(row.rights() | row.onColumns()))
        + " on "
        + entry.inSql()
        + "; no REVOKE takes it away: CREATE USER, REVOKE, DROP USER, or have "
        + SqlNames.quotedAsIs("mysql")
        + " mended";
  }
}
