package dev.gatehouse.dsl.access;

import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A script of grants, before it is said what must hold afterwards.
 *
 * <p>Immutable. Not a step yet: say {@code thenVerifying(claim)}.
 *
 * @since 0.1
 */
public final class GrantTemplate {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Path file;
  private final Map<String, String> values;
  private final Map<String, Secret> secrets;

  private GrantTemplate(Path file, Map<String, String> values, Map<String, Secret> secrets) {
    this.file = file;
    this.values = new LinkedHashMap<>(values);
    this.secrets = new LinkedHashMap<>(secrets);
  }

  public static GrantTemplate of(Path file) {
    return new GrantTemplate(file, Map.of(), Map.of());
  }

  /**
   * The same script with a value for its variable: {@code :name}, {@code :'name'} or {@code
   * :"name"}, as psql reads them. Printed in plans and reports.
   *
   * @throws IllegalArgumentException when the name is none, or the value has an end of line
   */
  public GrantTemplate with(String name, String value) {
    if (value.contains("\n") || value.contains("\r")) {
      throw new IllegalArgumentException("value of '" + name + "' has an end of line");
    }
    Map<String, String> more = new LinkedHashMap<>(values);
    more.put(checked(name), value);
    return new GrantTemplate(file, more, secrets);
  }

  /**
   * The same script with a secret for its variable, to be used as {@code PASSWORD :'name'} and
   * nowhere else. It appears in no plan and no journal, and the server is sent what it would keep
   * of it.
   *
   * @throws IllegalArgumentException when the name is none
   */
  public GrantTemplate with(String name, Secret secret) {
    Map<String, Secret> more = new LinkedHashMap<>(secrets);
    more.put(checked(name), secret);
    return new GrantTemplate(file, values, more);
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name of a variable is '" + name + "': letters, digits and underscores only");
    }
    return name;
  }

  /**
   * Fails unless these hold afterwards, before anything is committed; whoever gains what none of
   * them names makes it fail as well.
   */
  public GrantsFromTemplate thenVerifying(PrivilegeCheck first, PrivilegeCheck... rest) {
    return new GrantsFromTemplate(this, Names.list(first, rest), Optional.empty());
  }

  Path file() {
    return file;
  }

  Map<String, String> values() {
    return values;
  }

  Map<String, Secret> secrets() {
    return secrets;
  }

  @Override
  public String toString() {
    return "grants from " + file + " (not yet a step: say thenVerifying(claim))";
  }
}
