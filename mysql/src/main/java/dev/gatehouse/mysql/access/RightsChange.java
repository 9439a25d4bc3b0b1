package dev.gatehouse.mysql.access;

import dev.gatehouse.core.dialect.GrantMethod.InSequence.Back;
import dev.gatehouse.core.dialect.GrantMethod.InSequence.GrantStatement;
import dev.gatehouse.mysql.sql.SqlNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rights given to an entry, or taken from it, by one statement.
 *
 * @param columns the rights on single columns
 */
record RightsChange(
    Account account, GrantEntry entry, boolean takes, long rights, Map<String, Long> columns) {

  RightsChange {
    columns = new TreeMap<>(columns);
    columns.values().removeIf(mask -> mask == 0);
  }

  boolean isNothing() {
    return rights == 0 && columns.isEmpty();
  }

  /** What the servers make of the row. */
  GrantTables in(GrantTables tables) {
    GrantRow row =
        entry
            .in(tables)
            .orElseGet(
                () ->
                    new GrantRow(
                        entry.user(),
                        entry.host(),
                        entry.database(),
                        entry.object(),
                        "",
                        0,
                        Map.of()));
    Map<String, Long> left = new TreeMap<>(row.columns());
    columns.forEach((column, mask) -> left.merge(column, mask, (a, b) -> takes ? a & ~b : a | b));
    if (takes) {
      // a REVOKE on the whole takes the same from each column
      left.replaceAll((column, mask) -> mask & ~rights);
    }
    left.values().removeIf(mask -> mask == 0);
    long now = takes ? row.rights() & ~rights : row.rights() | rights;
    return entry.replaced(
        tables,
        new GrantRow(row.user(), row.host(), row.database(), row.object(), row.kind(), now, left));
  }

  private String words() {
    List<String> all = new ArrayList<>(Right.names(rights));
    columns.forEach(
        (column, mask) ->
            Right.names(mask)
                .forEach(right -> all.add(right + " (" + SqlNames.quotedAsIs(column) + ")")));
    return String.join(", ", all);
  }

  private String revoke() {
    return "REVOKE " + words() + " ON " + entry.inSql() + " FROM " + account.inSql();
  }

  /** GRANT OPTION is no privilege of GRANT, but a clause. */
  private String grant() {
    long option = Right.GRANT_OPTION.bit();
    boolean with = (rights & option) != 0;
    String words = new RightsChange(account, entry, takes, rights & ~option, columns).words();
    return "GRANT "
        + (words.isEmpty() ? "USAGE" : words)
        + " ON "
        + entry.inSql()
        + " TO "
        + account.inSql()
        + (with ? " WITH GRANT OPTION" : "");
  }

  /**
   * @param before where it begins
   */
  GrantStatement statement(GrantTables before) {
    GrantTables after = in(before);
    return new GrantStatement(
        (takes ? "revoke from " : "grant to ") + account.name() + " on " + entry.inSql(),
        takes ? revoke() : grant(),
        takes ? List.of(back(difference(before, after), before)) : revoking(before, after),
        takes,
        entry.text(),
        entry.told(before),
        entry.told(after));
  }

  /** A REVOKE takes from columns what stood there before: that is given again. */
  private List<Back> revoking(GrantTables before, GrantTables after) {
    RightsChange revoke = difference(after, before).as(/* taking= */ true);
    GrantTables then = revoke.in(after);
    RightsChange again = difference(before, then).as(/* taking= */ false);
    Back first = new Back(revoke.revoke(), entry.told(then));
    return again.isNothing() ? List.of(first) : List.of(first, back(again, before));
  }

  private Back back(RightsChange gives, GrantTables leaves) {
    return new Back(gives.grant(), entry.told(leaves));
  }

  private RightsChange as(boolean taking) {
    return new RightsChange(account, entry, taking, rights, columns);
  }

  /** What the entry gives in the one and not in the other. */
  private RightsChange difference(GrantTables more, GrantTables less) {
    GrantRow nothing = new GrantRow("", "", "", "", "", 0, Map.of());
    GrantRow one = entry.in(more).orElse(nothing);
    GrantRow other = entry.in(less).orElse(nothing);
    Map<String, Long> left = new TreeMap<>();
    one.columns()
        .forEach(
            (column, mask) -> left.put(column, mask & ~other.columns().getOrDefault(column, 0L)));
    return new RightsChange(account, entry, false, one.rights() & ~other.rights(), left);
  }
}
