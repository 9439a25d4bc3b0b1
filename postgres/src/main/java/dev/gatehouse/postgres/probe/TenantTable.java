package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.access.NamePattern;
import java.util.ArrayList;
import java.util.List;

/**
 * A table whose rows belong to tenants, before it is said who is to be kept apart in it.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class TenantTable {
  private final String table;
  private final String column;
  private final String shared;
  private final List<String> accepted;

  TenantTable(String table, String column, String shared, List<String> accepted) {
    NamePattern.of(table);
    this.table = table;
    this.column = column;
    this.shared = shared;
    this.accepted = List.copyOf(accepted);
  }

  /** The column that tells whose a row is. Without it, the one in which all tenants occur. */
  public TenantTable by(String newColumn) {
    return new TenantTable(table, newColumn, shared, accepted);
  }

  /**
   * Rows that everybody may read, as a condition in SQL: {@code "tenant is null"}. Nobody may write
   * them for all that.
   */
  public TenantTable sharing(String condition) {
    return new TenantTable(table, column, condition, accepted);
  }

  /**
   * A view or function over the table that is meant to tell of all tenants, such as a view of
   * totals, or a table or function that its policies ask and that is right in what it says, such as
   * one of members; the plan names it.
   *
   * @param path as {@code schema.name}
   */
  public TenantTable accepting(String path) {
    List<String> more = new ArrayList<>(accepted);
    more.add(path);
    return new TenantTable(table, column, shared, more);
  }

  /** Who is to be kept to the rows of one tenant; say which: {@code separates(...)}. */
  public TenantRole actingAs(String role) {
    if (role.isBlank()) {
      throw new IllegalArgumentException("role is blank");
    }
    return new TenantRole(new TenantIsolation(table, column, shared, accepted, role, List.of()));
  }
}
