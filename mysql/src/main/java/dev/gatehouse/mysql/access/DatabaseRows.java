package dev.gatehouse.mysql.access;

import dev.gatehouse.mysql.access.RoleState.Identity;
import dev.gatehouse.mysql.access.Settings.Patterns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which of many rows count: of those that match, the servers look at the first in their order, and
 * not at the others.
 */
final class DatabaseRows {
  private DatabaseRows() {}

  /**
   * A row that counts.
   *
   * @param onlyWhen for which logins, or why it may be another; empty where it is certain
   */
  record Counting(GrantRow row, String onlyWhen) {}

  /** Of rows on databases. */
  static List<Counting> of(Identity who, List<GrantRow> rows, String database, GrantTables tables) {
    boolean literal = tables.settings().literalNames();
    List<GrantRow> matching =
        rows.stream()
            .filter(
                row ->
                    literal
                        ? tables.settings().folded(row.database()).equals(database)
                        : Wildcards.match(tables.settings().folded(row.database()), database))
            .toList();
    List<GrantRow> named =
        matching.stream().filter(row -> who.accounts().stream().anyMatch(row::isOf)).toList();
    return switch (who.look()) {
      case BY_LOGIN -> byLogin(who.accounts().get(0), matching, tables, true);
      case TOGETHER -> together(named, tables.settings());
      case NARROWEST -> narrowest(named, tables.settings());
      case EVERYWHERE_ALONE -> List.of();
    };
  }

  /** Of rows on one table or routine. */
  static List<Counting> ofObject(Identity who, List<GrantRow> rows, GrantTables tables) {
    return switch (who.look()) {
      case BY_LOGIN -> byLogin(who.accounts().get(0), rows, tables, false);
      case TOGETHER, NARROWEST ->
          certain(
              rows.stream().filter(row -> who.accounts().stream().anyMatch(row::isOf)).toList());
      case EVERYWHERE_ALONE -> List.of();
    };
  }

  /** MySQL with active roles: all rows by the name itself, else patterns. */
  private static List<Counting> together(List<GrantRow> named, Settings settings) {
    List<GrantRow> exact =
        named.stream()
            .filter(row -> settings.literalNames() || !Wildcards.any(row.database()))
            .toList();
    if (!exact.isEmpty()) {
      return certain(exact);
    }
    if (settings.patterns() == Patterns.ALL) {
      return certain(named);
    }
    String first = named.stream().map(GrantRow::database).min(Comparator.naturalOrder()).orElse("");
    List<Counting> counting = new ArrayList<>();
    for (GrantRow row : named) {
      if (row.database().equals(first)) {
        counting.add(new Counting(row, ""));
      } else if (settings.patterns() == Patterns.FIRST_AT_LEAST) {
        counting.add(new Counting(row, "beside '" + first + "' it counts on some versions alone"));
      }
    }
    return counting;
  }

  /** MariaDB's roles: those of the narrowest pattern. */
  private static List<Counting> narrowest(List<GrantRow> named, Settings settings) {
    long top = named.stream().mapToLong(settings::order).max().orElse(0);
    List<GrantRow> first = named.stream().filter(row -> settings.order(row) == top).toList();
    return first.stream().map(GrantRow::database).distinct().count() > 1
        ? tied(first)
        : certain(first);
  }

  private static List<Counting> byLogin(
      Account account, List<GrantRow> rows, GrantTables tables, boolean everybodys) {
    List<GrantRow> candidates =
        rows.stream()
            .filter(
                row -> row.user().equals(account.user()) || (everybodys && row.user().isEmpty()))
            .filter(row -> !isRoles(row, tables))
            .filter(row -> meets(account, row, tables))
            .sorted(Comparator.comparing(row -> -tables.settings().order(row)))
            .toList();
    List<Counting> counting = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      GrantRow row = candidates.get(i);
      if (Hosts.covers(row.host(), account.host())) {
        long order = tables.settings().order(row);
        List<GrantRow> first =
            candidates.subList(i, candidates.size()).stream()
                .takeWhile(other -> tables.settings().order(other) == order)
                .toList();
        boolean alike = first.stream().allMatch(other -> sameRights(other, row));
        counting.addAll(alike ? behind(counting, row) : tied(first));
        break;
      }
      counting.add(new Counting(row, "for logins from '" + row.host() + "' alone"));
    }
    return counting;
  }

  /** Whom a narrower row is for has what that gives, and nothing of this one. */
  private static List<Counting> behind(List<Counting> narrower, GrantRow row) {
    long always =
        narrower.stream().mapToLong(one -> one.row().rights()).reduce(-1, (a, b) -> a & b);
    long sometimes = (row.rights() | row.onColumns()) & ~always;
    if (sometimes == 0) {
      return certain(List.of(row));
    }
    String hosts =
        narrower.stream()
            .map(one -> "'" + one.row().host() + "'")
            .collect(Collectors.joining(", "));
    return List.of(
        new Counting(row.only(always), ""),
        new Counting(
            row.only(sometimes), "not for logins from " + hosts + ", who meet a row of their own"));
  }

  /** Whether logins of the account can be such as the row is for, and are not another account's. */
  private static boolean meets(Account account, GrantRow row, GrantTables tables) {
    return Hosts.covers(row.host(), account.host())
        || (Hosts.overlap(row.host(), account.host())
            && tables.inOrder(account.user()).stream()
                .noneMatch(other -> other.host().equalsIgnoreCase(row.host())));
  }

  /** Rows of a role are for no login, also where an account has its name. */
  private static boolean isRoles(GrantRow row, GrantTables tables) {
    return row.host().isEmpty()
        && tables.accounts().stream().anyMatch(one -> one.role() && row.isOf(one));
  }

  private static boolean sameRights(GrantRow one, GrantRow other) {
    return one.rights() == other.rights() && one.columns().equals(other.columns());
  }

  private static List<Counting> certain(List<GrantRow> rows) {
    return rows.stream().map(row -> new Counting(row, "")).toList();
  }

  /** The order of their patterns does not tell which of them the server meets first. */
  private static List<Counting> tied(List<GrantRow> rows) {
    return rows.stream()
        .map(row -> new Counting(row, "which of several such rows counts, the server alone knows"))
        .toList();
  }
}
