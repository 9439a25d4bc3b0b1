package dev.gatehouse.core.dialect;

import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.outcome.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * A database a runbook is planned for: a name for people, a way to connect, and its dialect.
 *
 * <p>Immutable and thread-safe. Holds no connection.
 *
 * @since 0.1
 */
public final class Target {

  /**
   * Where a database is, for steps that need more than a connection: client tools, fresh logins.
   */
  public record Coordinates(String jdbcUrl, String account, Optional<Secret> secret) {
    private static final Pattern CREDENTIALS =
        Pattern.compile("(?i)(?<=://)[^/@]*@|[?&;][^=&;]*(password|secret)[^=&;]*=[^&;]*");

    /** What stands in there to be read by everybody: account, database, host. */
    public List<String> names() {
      Stream<String> parts =
          Stream.of(CREDENTIALS.matcher(jdbcUrl).replaceAll("").split("[/?&;=,()]+"));
      return Stream.concat(Stream.of(account), parts).filter(part -> !part.isEmpty()).toList();
    }

    /** Takes the secret out of texts, and leaves the names. */
    public Scrubber scrubber() {
      return Scrubber.of(secret.stream().toList(), names());
    }
  }

  @FunctionalInterface
  private interface Source {
    Connection connect(Map<String, String> properties) throws SQLException;
  }

  private final String name;
  private final Dialect dialect;
  private final Source source;
  private final Supplier<Optional<Coordinates>> coordinates;
  private final boolean asking;
  private final Optional<DataSource> pool;

  private Target(
      String name,
      Dialect dialect,
      Source source,
      Supplier<Optional<Coordinates>> coordinates,
      boolean asking,
      Optional<DataSource> pool) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name of a target is blank: name it as people call it");
    }
    this.name = name;
    this.dialect = dialect;
    this.source = source;
    this.coordinates = coordinates;
    this.asking = asking;
    this.pool = pool;
  }

  /** A target reached through the application's own pool. */
  public static Target of(String name, DataSource dataSource, Dialect dialect) {
    return pooled(name, dataSource, Optional.empty(), dialect);
  }

  private static Target pooled(
      String name, DataSource pool, Optional<Coordinates> login, Dialect dialect) {
    return new Target(
        name, dialect, properties -> pool.getConnection(), () -> login, false, Optional.of(pool));
  }

  /** A target with an address, for engines without accounts. */
  public static Target at(String name, String jdbcUrl, Dialect dialect) {
    return at(name, new Coordinates(jdbcUrl, "", Optional.empty()), dialect);
  }

  /** A target with an address and an account. */
  public static Target at(
      String name, String jdbcUrl, String account, Secret secret, Dialect dialect) {
    return at(name, new Coordinates(jdbcUrl, account, Optional.of(secret)), dialect);
  }

  private static Target at(String name, Coordinates where, Dialect dialect) {
    return new Target(
        name,
        dialect,
        properties -> connect(where, properties),
        () -> Optional.of(where),
        false,
        Optional.empty());
  }

  /**
   * A target whose account's password may change while it is in use: asked for at each login. The
   * next one is tried where the server says that one does not log in (SQLSTATE of class 28).
   *
   * @param passwords of which one logs in, the likeliest first; {@code passwordsIn(sink)} of a
   *     rotation
   */
  public static Target at(
      String name,
      String jdbcUrl,
      String account,
      Supplier<List<Secret>> passwords,
      Dialect dialect) {
    Supplier<List<Coordinates>> now =
        () ->
            passwords.get().stream()
                .map(each -> new Coordinates(jdbcUrl, account, Optional.of(each)))
                .toList();
    return new Target(
        name,
        dialect,
        properties -> connectByOne(now.get(), properties),
        () ->
            now.get().stream()
                .findFirst()
                .or(() -> Optional.of(new Coordinates(jdbcUrl, account, Optional.empty()))),
        true,
        Optional.empty());
  }

  /**
   * A target named after a prefix in the environment of this process: {@code SHOP_URL} (a JDBC
   * address), {@code SHOP_USER}, and {@code SHOP_PASSWORD} or {@code SHOP_PASSWORD_FILE} for {@code
   * fromEnvironment("SHOP", ...)}, which people call {@code shop}. Without either password it is
   * looked for where the product's clients do: {@code ~/.pgpass}, {@code ~/.my.cnf}. Engines
   * without accounts take the address alone.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when one of them is missing, or says too much
   */
  public static Target fromEnvironment(String prefix, Dialect dialect) {
    return fromEnvironment(System.getenv(), prefix, dialect);
  }

  /** The same of an environment that was read elsewhere, such as from a file. */
  public static Target fromEnvironment(
      Map<String, String> environment, String prefix, Dialect dialect) {
    return new TargetEnvironment(environment, prefix).target(dialect);
  }

  private static Connection connectByOne(List<Coordinates> each, Map<String, String> properties)
      throws SQLException {
    SQLException refused = new SQLException("no password of the account is known", "28000");
    for (Coordinates where : each) {
      try {
        return connect(where, properties);
      } catch (SQLException e) {
        if (!String.valueOf(e.getSQLState()).startsWith("28")) {
          throw e;
        }
        refused = e;
      }
    }
    throw refused;
  }

  private static Connection connect(Coordinates where, Map<String, String> properties)
      throws SQLException {
    Properties all = new Properties();
    all.putAll(properties);
    if (!where.account().isEmpty()) {
      all.setProperty("user", where.account());
    }
    if (where.secret().isPresent()) {
      Secret secret = where.secret().get();
      secret.reveal(value -> all.setProperty("password", new String(value)));
    }
    return Login.by(() -> DriverManager.getConnection(where.jdbcUrl(), all));
  }

  /**
   * The same database as another account.
   *
   * @throws IllegalStateException when only a DataSource is known, whose account is its own
   */
  public Target as(String account, Secret secret) {
    String url =
        coordinates
            .get()
            .orElseThrow(() -> new IllegalStateException("'" + name + "' has no address"))
            .jdbcUrl();
    return at(name, url, account, secret, dialect);
  }

  /**
   * The same pool, with the address at which client tools log in, drills make their copies and
   * passwords are tried. It has to lead to the pool's database by the pool's account, or the plan
   * is refused: what one account looked at would otherwise be done by another.
   *
   * @throws IllegalStateException when the target has an address already
   */
  public Target withLogin(String jdbcUrl, String account, Secret secret) {
    if (coordinates.get().isPresent()) {
      throw new IllegalStateException("'" + name + "' has an address already");
    }
    Coordinates login = new Coordinates(jdbcUrl, account, Optional.of(secret));
    return pooled(name, pool.orElseThrow(), Optional.of(login), dialect);
  }

  /** What people call it. */
  public String name() {
    return name;
  }

  /** How to talk to it. */
  public Dialect dialect() {
    return dialect;
  }

  /** Whether its sessions are lent by a DataSource. */
  public boolean isPooled() {
    return pool.isPresent();
  }

  Optional<DataSource> pool() {
    return pool;
  }

  /** The same database by its address alone, where a DataSource is known beside it. */
  public Optional<Target> login() {
    return isPooled() ? coordinates.get().map(where -> at(name, where, dialect)) : Optional.empty();
  }

  /** Address and account; absent when only a DataSource is known. */
  public Optional<Coordinates> coordinates() {
    return coordinates.get();
  }

  /** Whether its account's password is asked for at each login, so that it may be rotated. */
  public boolean asksForPasswords() {
    return asking;
  }

  /**
   * A new connection. For dialects only: steps get theirs from the run.
   *
   * @param properties of the driver; a DataSource ignores them, so a dialect must check their
   *     effect
   * @throws SQLException also when an address does not answer a login within 20 s; how long a
   *     DataSource waits is its own business
   */
  public Connection connect(Map<String, String> properties) throws SQLException {
    return source.connect(properties);
  }

  @Override
  public String toString() {
    return name;
  }
}
