package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A database product that runs as a server. */
public enum Product {
  POSTGRES("PostgreSQL", "15,17", 1),
  MYSQL("MySQL", "8.0.15", 2),
  MARIADB("MariaDB", "11.4", 2);

  private static final Pattern VERSIONS =
      Pattern.compile("\\d+(\\.\\d+)*(\\s*,\\s*\\d+(\\.\\d+)*)*");

  private final String title;
  private final String defaults;
  private final int seriesParts;

  Product(String title, String defaults, int seriesParts) {
    this.title = title;
    this.defaults = defaults;
    this.seriesParts = seriesParts;
  }

  /** As its vendor writes it. */
  public String title() {
    return title;
  }

  /** As properties, JDBC addresses and the matrix write it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What the vendor calls one series of releases: 15 of 15.19, 11.4 of 11.4.5. */
  public String series(String version) {
    String[] parts = version.split("\\.", -1);
    return String.join(".", List.of(parts).subList(0, Math.min(seriesParts, parts.length)));
  }

  /** True when a server or tool of this version is what was asked for. */
  boolean answers(String asked, String version) {
    return version.equals(asked) || version.startsWith(asked + ".");
  }

  /** The versions a build runs: {@code -Dengines.postgres=15,17}, and so on. */
  List<String> versions() {
    String asked = System.getProperty("engines." + key(), defaults);
    if (!VERSIONS.matcher(asked).matches()) {
      throw new Refusal(
          Finding.of("engines.versions", "-Dengines." + key() + " is no list of versions")
              .withExpected("numbers with commas between them")
              .withFound("'" + asked + "'")
              .withFix("-Dengines." + key() + "=" + defaults));
    }
    return List.of(asked.split("\\s*,\\s*", -1));
  }
}
