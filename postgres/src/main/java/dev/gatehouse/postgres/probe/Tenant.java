package dev.gatehouse.postgres.probe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A tenant: what stands in its rows, and what a session that serves it is set to, where the two are
 * not the same.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class Tenant {
  private final String name;
  private final Map<String, String> settings;

  private Tenant(String name, Map<String, String> settings) {
    this.name = name;
    this.settings = settings;
  }

  /**
   * One that no setting tells of yet.
   *
   * @param name the value of the tenants' column in its rows, as the server prints it
   */
  public static Tenant of(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("name of a tenant is empty");
    }
    return new Tenant(name, Map.of());
  }

  /**
   * The same tenant, whose sessions also have that setting, such as {@code request.jwt.claims} at a
   * JSON text.
   *
   * @throws IllegalArgumentException when the setting is blank
   */
  public Tenant setting(String setting, String value) {
    if (setting.isBlank()) {
      throw new IllegalArgumentException("setting is blank");
    }
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(setting, value);
    return new Tenant(name, more);
  }

  String name() {
    return name;
  }

  Map<String, String> settings() {
    return settings;
  }

  /** Its settings with somebody else's name where its own stands. */
  Map<String, String> as(String other) {
    Map<String, String> changed = new LinkedHashMap<>();
    settings.forEach((setting, value) -> changed.put(setting, value.replace(name, other)));
    return changed;
  }

  static String words(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(one -> one.getKey() + " = '" + one.getValue() + "'")
        .collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return name;
  }
}
