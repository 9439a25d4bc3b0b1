package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.session.Product.Version;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognises MySQL and MariaDB, on a server that writes and whose locks are everybody's. */
public final class Products {
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");

  /** Products that answer in MySQL's protocol and are another engine, or a changed one. */
  private static final List<String> RELATIVES =
      List.of(
          "tidb",
          "aurora",
          "percona",
          "vitess",
          "oceanbase",
          "polardb",
          "singlestore",
          "memsql",
          "starrocks",
          "doris",
          "clickhouse",
          "dolt",
          "proxysql",
          "maxscale");

  private static final String VARIABLES =
      "SHOW GLOBAL VARIABLES WHERE variable_name IN ('server_uuid', 'server_uid', 'hostname',"
          + " 'port', 'datadir', 'wsrep_on', 'group_replication_group_name',"
          + " 'group_replication_single_primary_mode', 'read_only', 'super_read_only',"
          + " 'aurora_version', 'lower_case_table_names')";

  private Products() {}

  /**
   * Which product and version answers.
   *
   * @throws Refusal when it is neither, a relative of one, or a version that is not known
   */
  public static Product of(Connection connection) throws SQLException {
    String told = String.valueOf(connection.getMetaData().getDatabaseProductName());
    if (!told.equals("MySQL") && !told.equals("MariaDB")) {
      throw other(told);
    }
    return Queries.first(
            connection,
            "SELECT VERSION() AS version, @@GLOBAL.version_comment AS comment",
            row -> of(row.text("version"), row.text("comment")))
        .orElseThrow();
  }

  static Product of(String version, String comment) {
    String told = version + " (" + comment + ")";
    Matcher number = VERSION.matcher(version);
    if (!number.find() || isRelative(told)) {
      throw other(told);
    }
    Version numbers =
        new Version(part(number.group(1)), part(number.group(2)), part(number.group(3)));
    boolean mariaDb = version.contains("MariaDB");
    Product product = mariaDb ? new MariaDbServer(numbers) : new MySqlServer(numbers);
    if (!product.isKnown()) {
      throw new Refusal(
          Finding.of(
                  "mysql.version",
                  product.name() + " " + numbers + " is not a version that Gatehouse knows")
              .withExpected(product.known())
              .withFound(told)
              .withFix("point the target at a server of a known version"));
    }
    return product;
  }

  /** A number too long for any version is none that is known. */
  private static int part(String digits) {
    return digits.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }

  private static boolean isRelative(String told) {
    String lower = told.toLowerCase(Locale.ROOT);
    return RELATIVES.stream().anyMatch(lower::contains);
  }

  private static Refusal other(String found) {
    return new Refusal(
        Finding.of("mysql.other-product", "the connection does not lead to MySQL or MariaDB")
            .withExpected("MySQL or MariaDB itself; no relative of them was tested")
            .withFound(found)
            .withFix("give the target the dialect of its product instead of MySql.dialect()"));
  }

  /**
   * Which database the connection leads to.
   *
   * @throws Refusal when there is none, or when the server is one on which a run could not be safe
   */
  public static Fingerprint identify(Connection connection) throws SQLException {
    Product product = of(connection);
    Map<String, String> variables = variables(connection);
    Fingerprint where = where(connection, product, variables);
    refuseUnsafe(connection, product, variables);
    return where;
  }

  /** The same for a server that is only looked at, such as a replica. */
  static Fingerprint observed(Connection connection) throws SQLException {
    return where(connection, of(connection), variables(connection));
  }

  private static Map<String, String> variables(Connection connection) throws SQLException {
    Map<String, String> variables = new HashMap<>();
    for (Row row : Queries.rows(connection, VARIABLES, Function.identity())) {
      variables.put(row.text("variable_name").toLowerCase(Locale.ROOT), row.text("value"));
    }
    return variables;
  }

  private static Fingerprint where(
      Connection connection, Product product, Map<String, String> variables) throws SQLException {
    String database = Queries.one(connection, "SELECT DATABASE()");
    if (database.isEmpty()) {
      throw new Refusal(
          Finding.of("mysql.no-database", "the connection is in no database")
              .withExpected("a database: names in scripts and checks mean its tables")
              .withFound("DATABASE() is NULL")
              .withFix("name it in the address: jdbc:mysql://HOST:PORT/DATABASE"));
    }
    boolean folds = !variables.getOrDefault("lower_case_table_names", "0").equals("0");
    return new Fingerprint(
        product.name(),
        product.version().toString(),
        product.server(variables),
        folds ? database.toLowerCase(Locale.ROOT) : database);
  }

  private static void refuseUnsafe(
      Connection connection, Product product, Map<String, String> variables) throws SQLException {
    if (variables.containsKey("aurora_version")) {
      throw other("Aurora " + variables.get("aurora_version"));
    }
    if (product.server(variables).isEmpty()) {
      throw other(product.name() + " without an identity of its server");
    }
    Optional<String> elsewhere = product.locksElsewhere(variables);
    if (elsewhere.isPresent()) {
      throw new Refusal(
          Finding.of("mysql.cluster", "several servers write, and each has locks of its own")
              .withExpected("one server that writes: lease and latch are locks of one server")
              .withFound(elsewhere.get())
              .withFix("run it against a single server, or a group with one primary"));
    }
    if (isOn(variables, "read_only") || isOn(variables, "super_read_only")) {
      throw replica("read_only is ON");
    }
    Optional<String> source = replicatesFrom(connection, product);
    if (source.isPresent()) {
      throw replica("it replicates from " + source.get());
    }
  }

  private static boolean isOn(Map<String, String> variables, String name) {
    String value = variables.getOrDefault(name, "OFF");
    return !value.equals("OFF") && !value.equals("0") && !value.equals("NO_LOCK");
  }

  /** What could not be asked: a replica that takes writes looks like any server. */
  public static List<String> unseen(Connection connection) throws SQLException {
    Product product = of(connection);
    try {
      channels(connection, product);
      return List.of();
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return List.of(
            "whether the server is a replica that takes writes: GRANT "
                + product.replicaRight()
                + " TO "
                + Accounts.current(connection));
      }
      throw e;
    }
  }

  /** Empty as well when the account may not ask, see {@link #unseen}: then read_only tells. */
  private static Optional<String> replicatesFrom(Connection connection, Product product)
      throws SQLException {
    try {
      return channels(connection, product).stream()
          .map(channel -> channel.text("source_host", "a server it does not name"))
          .findFirst();
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What the server tells of each source that it replicates from. */
  public static List<Channel> channels(Connection connection, Product product) throws SQLException {
    return Queries.rows(connection, product.replicaQuestion(), Channel::new);
  }

  private static Refusal replica(String found) {
    return new Refusal(
        Finding.of("mysql.replica", "the server is a replica, or takes no writes")
            .withExpected("the server that writes: effects and leases need it")
            .withFound(found)
            .withFix("point the target at the server that writes"));
  }
}
