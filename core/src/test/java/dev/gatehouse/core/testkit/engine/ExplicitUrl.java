package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server somebody named: {@code -Ddb.postgres.url=jdbc:postgresql://host:port/database} with
 * {@code -Ddb.postgres.user} and {@code -Ddb.postgres.password}, or {@code DB_POSTGRES_URL} and so
 * on. The database must be empty or carry our marker table; tests get databases of their own beside
 * it, and nothing else is ever dropped.
 */
final class ExplicitUrl implements EngineProvider {
  static final String MARKER = "gatehouse_test_marker";
  private static final Pattern WHOLE =
      Pattern.compile(
          "jdbc:\\w+://(?<host>\\[[0-9a-fA-F:]+]|[\\w.-]+)(:(?<port>\\d{1,5}))?/(?<database>[\\w.-]+)");

  @Override
  public String name() {
    return "explicit URL";
  }

  @Override
  public Optional<Server> server(Product product, String version, List<String> declined) {
    Optional<String> url = setting(product, "url");
    if (url.isEmpty()) {
      declined.add(name() + ": -Ddb." + product.key() + ".url is not set");
      return Optional.empty();
    }
    Map<String, SQLException> failures = new LinkedHashMap<>();
    for (boolean tls : waysIn(product)) {
      Server server = server(product, url.get(), tls);
      try {
        return accepted(server, version, url.get(), declined);
      } catch (SQLException e) {
        failures.putIfAbsent(String.valueOf(e.getMessage()), e);
      }
    }
    Refusal refusal =
        new Refusal(
            Finding.of("engines.url", product.title() + " at " + url.get() + " does not answer")
                .withExpected("a login of the account, over TLS where the server has it")
                .withFound(String.join("\n", failures.keySet()))
                .withFix(
                    "correct -Ddb.%1$s.url, -Ddb.%1$s.user and -Ddb.%1$s.password, or leave them out"
                        .formatted(product.key())));
    failures.values().forEach(refusal::addSuppressed);
    throw refusal;
  }

  /** Whether to ask for TLS: most drivers take it unasked where it is, that of MariaDB does not. */
  private static List<Boolean> waysIn(Product product) {
    return product == Product.MARIADB ? List.of(true, false) : List.of(false);
  }

  private Optional<Server> accepted(
      Server server, String version, String url, List<String> declined) throws SQLException {
    Product product = server.product();
    ServerSql sql = ServerSql.of(product);
    try (Connection connection = sql.connect(server, server.home(), server.admin())) {
      String found = sql.version(connection);
      if (!product.answers(version, found)) {
        declined.add(
            "%s: %s is %s; -Dengines.%s=%s runs on it"
                .formatted(name(), url, found, product.key(), product.series(found)));
        return Optional.empty();
      }
      claim(connection, product, url);
      return Optional.of(server);
    }
  }

  private static void claim(Connection connection, Product product, String url)
      throws SQLException {
    List<String> tables = Sql.rows(connection, ServerSql.of(product).tables());
    if (tables.stream().anyMatch(MARKER::equalsIgnoreCase)) {
      return;
    }
    if (!tables.isEmpty()) {
      throw new Refusal(
          Finding.of("engines.not-ours", "the database at " + url + " is somebody's")
              .withExpected("an empty database, or one with the table " + MARKER)
              .withFound(tables.size() + " tables, " + tables.get(0) + " among them")
              .withFix(
                  "CREATE DATABASE gatehouse_tests, and name it in -Ddb."
                      + product.key()
                      + ".url"));
    }
    Sql.run(connection, "CREATE TABLE " + MARKER + " (made_by varchar(40))");
  }

  private static Server server(Product product, String url, boolean tls) {
    Matcher whole = WHOLE.matcher(url);
    if (!whole.matches()) {
      throw new Refusal(
          Finding.of("engines.url", "the address of " + product.title() + " cannot be used")
              .withExpected("jdbc:<driver>://host:port/database and nothing behind it")
              // an account or options may hold a password
              .withFound(url.replaceFirst("[?].*", "?...").replaceFirst("//.*@", "//...@"))
              .withFix(
                  "give -Ddb.%1$s.url host and database only; -Ddb.%1$s.user and DB_%2$s_PASSWORD name the account"
                      .formatted(product.key(), product.name())));
    }
    int port = product == Product.POSTGRES ? 5432 : 3306;
    char[] password =
        setting(product, "password").filter(text -> !text.isEmpty()).orElse(" ").toCharArray();
    return new Server(
        product,
        whole.group("host"),
        whole.group("port") == null ? port : Integer.parseInt(whole.group("port")),
        new Account(
            setting(product, "user").orElse(System.getProperty("user.name")),
            Secret.of("password of db." + product.key(), password)),
        whole.group("database"),
        tls,
        Optional.empty(),
        Path.of(""),
        "explicit URL " + url);
  }

  @Override
  public Optional<Tool> tool(Product product, String version, String tool, List<String> declined) {
    return Optional.empty();
  }

  private static Optional<String> setting(Product product, String name) {
    String property = "db." + product.key() + "." + name;
    return Optional.ofNullable(System.getProperty(property))
        .or(
            () ->
                Optional.ofNullable(
                    System.getenv(property.replace('.', '_').toUpperCase(Locale.ROOT))));
  }
}
