package dev.gatehouse.postgres.probe;

import dev.gatehouse.postgres.session.SqlStates;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What settings are at.
 *
 * @param tenant whose rows may be reached then; empty for nobody's
 * @param own what a row that is made then may hold in the tenants' column, if anything is set
 * @param all whether all rows of the tenant should be reached
 * @param settings names and values by turns; empty when none is set at all
 */
record TenantContext(String words, String tenant, String own, boolean all, List<String> settings) {

  static TenantContext of(Tenant tenant) {
    String name = tenant.name();
    return new TenantContext(
        Tenant.words(tenant.settings()), name, name, true, flat(tenant.settings()));
  }

  /** Some rows of the tenant and no others. */
  static TenantContext ofSome(String words, String tenant, Map<String, String> settings) {
    return new TenantContext(words, tenant, tenant, false, flat(settings));
  }

  /**
   * Nobody's rows.
   *
   * @param own the name that nobody has
   */
  static TenantContext nobody(String words, Map<String, String> settings, String own) {
    return new TenantContext(words, "", own, true, flat(settings));
  }

  private static List<String> flat(Map<String, String> settings) {
    List<String> flat = new ArrayList<>();
    settings.forEach(
        (setting, value) -> {
          flat.add(setting);
          flat.add(value);
        });
    return flat;
  }

  /** A policy that cannot make sense of the setting shows nothing to anybody. */
  boolean closedBy(SQLException e) {
    String state = SqlStates.of(e);
    return (tenant.isEmpty() || !all) && (state.startsWith("22") || state.equals("42704"));
  }

  @Override
  public String toString() {
    return words;
  }
}
